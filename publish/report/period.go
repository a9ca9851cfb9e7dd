package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DefaultDays is the length of a report's period where nothing else is said.
const DefaultDays = 30

// MaxDays bounds a period: ten years.
const MaxDays = 3660

// Period is a range of days in UTC, both included.
type Period struct {
	Since, Until time.Time
}

// Days counts the days.
func (p Period) Days() int { return int(p.Until.Sub(p.Since)/(24*time.Hour)) + 1 }

// before is the period of the same length just before.
func (p Period) before() Period {
	return Period{p.Since.AddDate(0, 0, -p.Days()), p.Since.AddDate(0, 0, -1)}
}

func (p Period) String() string {
	if p.Since.Equal(p.Until) {
		return p.Since.Format("2 Jan 2006")
	}
	if p.Since.Year() == p.Until.Year() {
		return p.Since.Format("2 Jan") + " to " + p.Until.Format("2 Jan 2006")
	}
	return p.Since.Format("2 Jan 2006") + " to " + p.Until.Format("2 Jan 2006")
}

// ParsePeriod reads --since and --until: a date (2026-10-31), or for since a
// number of days that the period has (30d). An empty until is last, an empty
// since DefaultDays. The error names the flag and says what it wants.
func ParsePeriod(since, until string, last time.Time) (Period, error) {
	p := Period{Until: midnight(last)}
	if until != "" {
		day, err := time.Parse(time.DateOnly, until)
		if err != nil {
			return Period{}, fmt.Errorf("--until %q: want a date such as 2026-10-31", until)
		}
		p.Until = day
	}
	days := DefaultDays
	if number, ok := strings.CutSuffix(since, "d"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return Period{}, fmt.Errorf("--since %q: want a date such as 2026-10-01, or a number of days such as 30d", since)
		}
		days, since = n, ""
	}
	p.Since = p.Until.AddDate(0, 0, 1-min(days, MaxDays+1))
	if since != "" {
		day, err := time.Parse(time.DateOnly, since)
		if err != nil {
			return Period{}, fmt.Errorf("--since %q: want a date such as 2026-10-01, or a number of days such as 30d", since)
		}
		p.Since = day
	}
	if p.Since.After(p.Until) {
		return Period{}, fmt.Errorf("--since %s is after --until %s", p.Since.Format(time.DateOnly), p.Until.Format(time.DateOnly))
	}
	if p.Days() > MaxDays {
		return Period{}, fmt.Errorf("a period of %d days: want %d at most", p.Days(), MaxDays)
	}
	return p, nil
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
