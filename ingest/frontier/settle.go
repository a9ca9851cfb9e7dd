package frontier

import (
	"time"

	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// Revisit says when a URL is visited again: sooner if it changed, later if not.
type Revisit struct {
	// Start is the interval after the first visit, Min and Max bound it.
	Start, Min, Max time.Duration
}

// next is the interval after a visit, in seconds.
func (r Revisit) next(v page.Visit, changed bool) int64 {
	interval := time.Duration(v.Interval) * time.Second
	switch {
	case interval == 0:
		interval = r.Start
	case changed:
		interval /= 2
	default:
		interval = interval / 2 * 3
	}
	return int64(min(max(interval, r.Min), r.Max) / time.Second)
}

// Answered returns v after an answer that shows the page: outcome is
// page.Changed, NotModified, Unchanged, SameText, NoIndex or Read. The page
// is there, so misses are forgotten and trouble is over.
func (r Revisit) Answered(v page.Visit, outcome string, at time.Time) page.Visit {
	changed := outcome == page.Changed
	v.Interval = r.next(v, changed)
	v.Visits++
	if changed {
		v.Changes++
	}
	v.VisitedAt = at
	v.Misses, v.MissedSince, v.MissedRun, v.MovedTo = 0, time.Time{}, "", ""
	if changed {
		v.Retired = false
	}
	return r.closed(v, outcome, "", "", at)
}

// Moved returns v after a permanent redirect.
func (r Revisit) Moved(v page.Visit, to string, at time.Time) page.Visit {
	v.Visits++
	v.VisitedAt, v.MovedTo = at, to
	v.Misses, v.MissedSince, v.MissedRun = 0, time.Time{}, ""
	return r.closed(v, page.Redirected, "", "", at)
}

// Refused returns v with an outcome that is final in this run but shows no
// page: page.Failed, Unreachable, RobotsDenied, Limited or Missing.
func (r Revisit) Refused(v page.Visit, outcome string, kind fault.Kind, reason string, at time.Time) page.Visit {
	return r.closed(v, outcome, kind, reason, at)
}

// Fresh returns v when the site's lastmod stands for a visit.
func (r Revisit) Fresh(v page.Visit, at time.Time) page.Visit {
	return r.closed(v, page.Fresh, "", "", at)
}

func (r Revisit) closed(v page.Visit, outcome string, kind fault.Kind, reason string, at time.Time) page.Visit {
	v.State, v.Outcome, v.Fault, v.Reason = page.Done, outcome, string(kind), reason
	if v.Interval == 0 {
		v.Interval = r.next(v, false)
	}
	v.Due = at.Add(time.Duration(v.Interval) * time.Second)
	return v
}

// Later returns v after a failure that may pass, to be tried again after delay,
// doubled with each try. counts says whether it is a try of the URL's own;
// trouble of the whole host is not.
func Later(v page.Visit, kind fault.Kind, reason string, delay time.Duration, counts bool, at time.Time) page.Visit {
	v.Fault, v.Reason = string(kind), reason
	if counts {
		v.Tries++
	}
	v.Due = at.Add(delay << min(max(v.Tries-1, 0), 16))
	return v
}

// MissPending reports that the page was missing in its run and that the run has
// not judged that yet.
func MissPending(v page.Visit) bool {
	return v.State == page.Done && v.Outcome == page.Missing && v.MissedRun != v.Run
}

// Missed returns v with its miss counted: page.Retired when it was the
// after-th in a row.
func (r Revisit) Missed(v page.Visit, after int, at time.Time) page.Visit {
	v.Misses++
	v.MissedRun = v.Run
	if v.MissedSince.IsZero() {
		v.MissedSince = at
	}
	if v.Misses >= after {
		v.Outcome, v.Retired = page.Retired, true
	}
	return v
}

// HeldBack returns v with its miss not counted, and why.
func HeldBack(v page.Visit, reason string) page.Visit {
	v.Outcome, v.Reason = page.Held, reason
	return v
}
