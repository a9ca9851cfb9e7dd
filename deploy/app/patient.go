package app

import (
	"context"
	"log/slog"
	"time"

	"careerstream/publish/intake"
	"careerstream/schemas/fault"
)

// patient publishes outcomes through outages of the broker.
type patient struct {
	to      intake.Publisher
	changed func() <-chan struct{}
	log     *slog.Logger
}

// PatientPublisher publishes outcomes, and where the broker is away or full waits
// until ctx ends instead of failing. What a failed try may have stored comes again
// with the same message ids, so it counts once; of such a batch no repeats are
// reported, since they may be its own.
func (e *Engines) PatientPublisher(log *slog.Logger) intake.Publisher {
	return patient{e.Broker, e.Broker.Changed, log}
}

// PublishOutcomes implements intake.Publisher.
func (p patient) PublishOutcomes(ctx context.Context, messages []intake.Message) (duplicates int, err error) {
	for tries := 1; ; tries++ {
		changed := p.changed()
		duplicates, err = p.to.PublishOutcomes(ctx, messages)
		switch {
		case err == nil && tries > 1:
			p.log.Info("publishing goes on", "tries", tries)
			return 0, nil
		case err == nil || ctx.Err() != nil || fault.ClassOf(err) == fault.Poison:
			return duplicates, err
		case tries == 1:
			p.log.Warn("publishing waits", "kind", string(fault.KindOf(err)), "error", err.Error(), "hint", fault.KindOf(err).Info().Hint)
		}
		timer := time.NewTimer(min(time.Duration(tries)*200*time.Millisecond, 3*time.Second))
		select {
		case <-ctx.Done():
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}
