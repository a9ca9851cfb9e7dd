package reconcile

import (
	"context"

	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
)

// letters is the latest state of each message that a stage gave up, true while
// it is open.
type letters map[letterKey]bool

type letterKey struct {
	stage, stream string
	seq           uint64
}

// readLetters reads the dead stream rather than its table, which may lag.
func (r *run) readLetters(ctx context.Context) (letters, error) {
	out := make(letters)
	info, err := r.Dead.Info(ctx)
	if err != nil || info.Last == 0 {
		return out, err
	}
	err = scan(ctx, r.Dead, span{max(info.First, 1), info.Last}, r.Patience, func(raw sink.Raw) {
		e, err := event.Decode(raw.Header, raw.Body)
		if err != nil {
			return // the sink of the dead stream deals with it
		}
		l, err := event.Data[deadletter.Letter](event.Message{Stream: r.Dead.Name(), Seq: raw.Seq, Event: e})
		if err != nil || l.Seq == 0 {
			return
		}
		out[letterKey{l.Stage, l.Stream, l.Seq}] = l.State == deadletter.Open
	})
	return out, err
}

// open lists the sequences of a stream that a stage gave up and nobody has
// dealt with.
func (l letters) open(stage, stream string, from, to uint64) map[uint64]bool {
	out := make(map[uint64]bool)
	for key, open := range l {
		if open && key.stage == stage && key.stream == stream && key.seq >= from && key.seq <= to {
			out[key.seq] = true
		}
	}
	return out
}
