package outcome

import "time"

// parseTime reads a date-time of RFC 3339, section 5.6, strictly: no lower-case
// letters, no leap seconds, and nine digits of a second at most. The standard
// library also takes an hour of one digit.
func parseTime(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	ok := true
	number := func(text string, low, high int) int {
		n := 0
		for i := range len(text) {
			c := text[i]
			ok = ok && c >= '0' && c <= '9'
			n = n*10 + int(c-'0')
		}
		ok = ok && n >= low && n <= high
		return n
	}
	year, month, day := number(s[:4], 0, 9999), number(s[5:7], 1, 12), number(s[8:10], 1, 31)
	hour, minute, second := number(s[11:13], 0, 23), number(s[14:16], 0, 59), number(s[17:19], 0, 59)
	rest, nano := s[19:], 0
	if rest[0] == '.' {
		i, unit := 1, 100_000_000
		for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
			nano += int(rest[i]-'0') * unit
			unit /= 10
		}
		if i == 1 || i > 10 {
			return time.Time{}, false
		}
		rest = rest[i:]
	}
	offset := 0
	switch {
	case rest == "Z":
	case len(rest) == 6 && (rest[0] == '+' || rest[0] == '-') && rest[3] == ':':
		offset = number(rest[1:3], 0, 23)*60 + number(rest[4:6], 0, 59)
		if rest[0] == '-' {
			offset = -offset
		}
	default:
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nano, time.UTC)
	// A day that the month does not have would move on to the next one.
	if !ok || t.Day() != day {
		return time.Time{}, false
	}
	return t.Add(-time.Duration(offset) * time.Minute), true
}
