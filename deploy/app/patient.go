package app

import (
	"context"
	"log/slog"
	"time"

	"careerstream/publish/intake"
	"careerstream/schemas/fault"
)

// Patiently calls work, and again while it fails because the broker is away or
// full, until ctx ends. So a command that has begun ends when its work is done,
// whatever happens to the process that it works with.
func (e *Engines) Patiently(ctx context.Context, log *slog.Logger, work func(tries int) error) error {
	for tries := 1; ; tries++ {
		changed := e.Broker.Changed()
		err := work(tries)
		kind := fault.KindOf(err)
		switch {
		case err == nil && tries > 1:
			log.Info("the broker is back", "tries", tries)
			return nil
		case err == nil || ctx.Err() != nil || (kind != fault.BrokerUnavailable && kind != fault.BrokerFull):
			return err
		case tries == 1:
			log.Warn("waiting for the broker", "kind", string(kind), "error", err.Error(), "hint", kind.Info().Hint)
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

// patient publishes outcomes through outages of the broker.
type patient struct {
	engines *Engines
	log     *slog.Logger
}

// PatientPublisher publishes outcomes, and where the broker is away or full waits
// until ctx ends instead of failing. What a failed try may have stored comes again
// with the same message ids, so it counts once; of such a batch no repeats are
// reported, since they may be its own.
func (e *Engines) PatientPublisher(log *slog.Logger) intake.Publisher { return patient{e, log} }

// PublishOutcomes implements intake.Publisher.
func (p patient) PublishOutcomes(ctx context.Context, messages []intake.Message) (duplicates int, err error) {
	err = p.engines.Patiently(ctx, p.log, func(tries int) (err error) {
		if duplicates, err = p.engines.Broker.PublishOutcomes(ctx, messages); tries > 1 {
			duplicates = 0
		}
		return err
	})
	return duplicates, err
}
