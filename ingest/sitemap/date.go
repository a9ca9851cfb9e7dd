package sitemap

import (
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// layouts are the precisions of https://www.w3.org/TR/NOTE-datetime. A fraction
// of a second is read by all that have seconds.
var layouts = [...]string{"2006-01-02", time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01", "2006"}

// w3c keeps time.Parse from taking more than the note permits, such as a comma
// before the fraction.
var w3c = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?)?$`)

// parseW3C reads a date of any of the note's precisions.
func parseW3C(s string) (time.Time, bool) {
	if !w3c.MatchString(s) {
		return time.Time{}, false
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// parseDate reads W3C dates, and in feeds RFC 822 dates as RSS has them.
func parseDate(s string, feed bool) (time.Time, bool) {
	if t, ok := parseW3C(s); ok || !feed {
		return t, ok
	}
	t, err := mail.ParseDate(s)
	return t, err == nil
}

const defaultPriority = 0.5

func parsePriority(s string) (float64, bool) {
	p, err := strconv.ParseFloat(s, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return defaultPriority, false
	}
	return p, true
}

func parseChangeFreq(s string) (string, bool) {
	switch s = strings.ToLower(s); s {
	case "always", "hourly", "daily", "weekly", "monthly", "yearly", "never":
		return s, true
	}
	return "", false
}
