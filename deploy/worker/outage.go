package worker

import (
	"log/slog"
	"sync"
	"time"

	"careerstream/schemas/fault"
)

// quietFor is the time between two log lines about one outage.
const quietFor = time.Minute

// outage logs a series of failures quietly: the first, one a minute with a
// count, and the end.
type outage struct {
	log *slog.Logger
	now func() time.Time
	// aside says that another one tells of the same outages.
	aside bool
	mu    sync.Mutex
	since time.Time
	shown time.Time
	count int
}

// failed notes one failure.
func (o *outage) failed(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := o.now()
	o.count++
	if o.count == 1 {
		o.since = now
	} else if now.Sub(o.shown) < quietFor {
		return
	}
	o.shown = now
	kind := fault.KindOf(err)
	say := o.log.Warn
	if o.aside {
		say = o.log.Debug
	}
	say("waiting: "+kind.Info().Label, "kind", kind, "errors", o.count, "since", now.Sub(o.since).Round(time.Second), "error", err, "hint", kind.Info().Hint)
}

// over notes a success.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count > 0 {
		say := o.log.Info
		if o.aside {
			say = o.log.Debug
		}
		say("recovered", "errors", o.count, "after", o.now().Sub(o.since).Round(time.Millisecond))
		o.count = 0
	}
}
