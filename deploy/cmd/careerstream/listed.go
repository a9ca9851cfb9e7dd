package main

import (
	"context"
	"log/slog"
)

// exceptListed leaves out what an ingest lists at its end, with what to do, and
// what is in the dead letters in any case.
type exceptListed struct{ slog.Handler }

// Handle implements slog.Handler.
func (h exceptListed) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "page not taken" || r.Message == "message dead-lettered" {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h exceptListed) WithAttrs(attrs []slog.Attr) slog.Handler {
	return exceptListed{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h exceptListed) WithGroup(name string) slog.Handler {
	return exceptListed{h.Handler.WithGroup(name)}
}
