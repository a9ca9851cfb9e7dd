package app

import (
	"context"
	"fmt"
	"time"

	"careerstream/deploy/broker"
	"careerstream/publish/sink"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// Lag is what a stage or sink has still to do.
type Lag struct {
	Stage string `json:"stage"`
	// Left counts messages without a verdict.
	Left uint64 `json:"left"`
}

// Lags asks the broker how far every stage and sink is, whichever process runs
// it, in the order of a page's way. Errors are fault.BrokerUnavailable.
func Lags(ctx context.Context, conn *broker.Conn) ([]Lag, error) {
	var lags []Lag
	for _, spec := range stream.Consumers() {
		consumer, err := conn.JetStream().Consumer(ctx, spec.Stream, spec.Name)
		if err != nil {
			return nil, fault.New(fault.BrokerUnavailable, "look at stage %s: %w", spec.Name, err)
		}
		info, err := consumer.Info(ctx)
		if err != nil {
			return nil, fault.New(fault.BrokerUnavailable, "look at stage %s: %w", spec.Name, err)
		}
		lags = append(lags, Lag{spec.Name, info.NumPending + uint64(info.NumAckPending)})
	}
	for _, s := range sinks() {
		info, err := s.log(conn).Info(ctx)
		if err != nil {
			return nil, err
		}
		value, _, err := conn.Marks().Load(ctx, s.name)
		if err != nil {
			return nil, err
		}
		done, err := sink.Done(value, info.Incarnation)
		if err != nil {
			return nil, fmt.Errorf("look at sink %s: %w", s.name, err)
		}
		lags = append(lags, Lag{s.name, info.Last - min(done, info.Last)})
	}
	return lags, nil
}

// Drain waits until everything that is in the streams has gone all its way.
// report, if not nil, hears of the lags now and then. Outages are waited for;
// the error is ctx's.
func Drain(ctx context.Context, conn *broker.Conn, report func([]Lag)) error {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	// A message on its way from one stream to the next is in the first one's
	// lag until it is in the second, so one look in order at all being zero is
	// enough.
	for {
		lags, err := Lags(ctx, conn)
		if err == nil {
			if report != nil {
				report(lags)
			}
			if !behind(lags) {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func behind(lags []Lag) bool {
	for _, lag := range lags {
		if lag.Left > 0 {
			return true
		}
	}
	return false
}
