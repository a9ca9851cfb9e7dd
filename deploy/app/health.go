package app

import (
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/fault"

	"careerstream/deploy/worker"
)

// Health is the state of everything that runs in this process.
type Health struct {
	// Ready is false while anything is paused or cannot reach an engine.
	Ready bool `json:"ready"`
	// Troubles say what is wrong and what to do, one line each.
	Troubles []string        `json:"troubles"`
	Stages   []worker.Status `json:"stages"`
	Sinks    []sink.Status   `json:"sinks"`
}

// grace is how long a retry may go on before it counts as trouble: a passing
// hiccup is none.
const grace = 2 * time.Second

// Health asks nobody and never blocks.
func (p *Pipeline) Health() Health {
	h := Health{Troubles: []string{}, Stages: []worker.Status{}, Sinks: []sink.Status{}}
	trouble := func(name, state string, kind fault.Kind, since time.Time) {
		info := kind.Info()
		h.Troubles = append(h.Troubles, name+" "+state+" since "+since.UTC().Format(time.RFC3339)+": "+info.Label+"; "+info.Hint)
	}
	if !p.engines.Broker.Connected() {
		trouble("broker", "away", fault.BrokerUnavailable, time.Now())
	}
	for _, w := range p.workers {
		status := w.Status()
		h.Stages = append(h.Stages, status)
		if status.State == worker.Paused || (status.State == worker.Retrying && time.Since(status.Since) > grace) {
			trouble("stage "+status.Stage, string(status.State), status.Kind, status.Since)
		}
	}
	if since, err := p.tables.state(); err != nil && len(p.sinks) > 0 {
		trouble("ClickHouse", "not ready", fault.KindOf(err), since)
	}
	for _, s := range p.sinks {
		status := s.Status()
		h.Sinks = append(h.Sinks, status)
		if status.State == sink.Paused || (status.State == sink.Retrying && time.Since(status.Since) > grace) {
			trouble("sink "+status.Sink, string(status.State), status.Kind, status.Since)
		}
	}
	h.Ready = len(h.Troubles) == 0
	return h
}
