package sink

import (
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// letter is what is kept of a message that this sink cannot store.
func (s *Sink) letter(raw Raw, kind fault.Kind, reason string) deadletter.Letter {
	l := deadletter.Letter{
		Stage: s.cfg.Name, Kind: string(kind), Reason: reason, State: deadletter.Open,
		Stream: s.log.Name(), Seq: raw.Seq, Subject: raw.Subject,
		Original: raw.Body, Header: raw.Header, FailedAt: s.cfg.Now().UTC(),
	}
	// A letter about a letter would hold it whole, and so on; the stream has it.
	if len(raw.Body) > deadletter.MaxOriginal || s.log.Name() == stream.Dead {
		l.Original = nil
	}
	if e, err := event.Decode(raw.Header, raw.Body); err == nil {
		l.TraceParent = e.TraceParent
	}
	return l
}
