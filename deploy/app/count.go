package app

import (
	"context"

	"careerstream/deploy/broker"
	"careerstream/schemas/stream"
)

// Outcome counts what came out of the stages.
type Outcome struct {
	Normalized uint64 `json:"normalized"`
	Published  uint64 `json:"published"`
	// Held counts events about records that were kept back.
	Held uint64 `json:"held"`
	// Dead counts dead letters.
	Dead uint64 `json:"dead"`
	// Unrelated counts the pages that hold no career and need not. Count leaves it 0.
	Unrelated uint64 `json:"unrelated"`
}

// Count returns how many events the streams have ever taken. Errors are
// fault.BrokerUnavailable.
func Count(ctx context.Context, conn *broker.Conn) (Outcome, error) {
	var o Outcome
	for name, field := range map[string]*uint64{
		stream.Normalized: &o.Normalized, stream.Published: &o.Published, stream.Held: &o.Held, stream.Dead: &o.Dead,
	} {
		info, err := conn.Log(name).Info(ctx)
		if err != nil {
			return Outcome{}, err
		}
		*field = info.Last
	}
	return o, nil
}

// Since returns what came after an earlier count.
func (o Outcome) Since(before Outcome) Outcome {
	return Outcome{
		Normalized: o.Normalized - before.Normalized, Published: o.Published - before.Published,
		Held: o.Held - before.Held, Dead: o.Dead - before.Dead,
	}
}
