package app

import (
	"context"
	"errors"
)

// WithPipeline calls work while the stages run in this process, or just calls
// it where another process runs them. Then the stages finish what they have in
// hand and stop. A stage that fails cancels work's context.
func WithPipeline(ctx context.Context, cfg PipelineConfig, engines *Engines, work func(context.Context) error) error {
	if !engines.Embedded() {
		return work(ctx)
	}
	pipeline, err := NewPipeline(cfg, engines)
	if err != nil {
		return err
	}
	defer pipeline.Close()
	working, stop := context.WithCancelCause(ctx)
	stages, stopStages := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		err := pipeline.Run(stages)
		if err != nil {
			stop(err)
		}
		done <- err
	}()
	err = work(working)
	stopStages()
	stop(nil)
	return errors.Join(err, <-done)
}
