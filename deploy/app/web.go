package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Web serves health and metrics:
//
//	GET /healthz  200 while the process lives
//	GET /readyz   200 when all is well, 503 otherwise; Health as JSON
//	GET /metrics  Prometheus text format
type Web struct {
	listener net.Listener
	server   *http.Server
}

// NewWeb listens on address; "127.0.0.1:0" picks a port. routes are served
// besides, by pattern.
func NewWeb(ctx context.Context, address string, health func() Health, metrics prometheus.Gatherer, routes map[string]http.Handler, log *slog.Logger) (*Web, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for health and metrics: %w; choose another address with --listen", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n")) // a client that has gone needs no answer
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		h := health()
		w.Header().Set("Content-Type", "application/json")
		if !h.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(h) // as above
	})
	for pattern, handler := range routes {
		mux.Handle(pattern, handler)
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}))
	return &Web{listener: listener, server: &http.Server{
		Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}, nil
}

// URL is the address, such as http://127.0.0.1:8080.
func (w *Web) URL() string { return "http://" + w.listener.Addr().String() }

// Run serves until ctx ends, then finishes what is under way.
func (w *Web) Run(ctx context.Context) error {
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- w.server.Shutdown(finish)
	})
	if err := w.server.Serve(w.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve health and metrics: %w", err)
	}
	return <-stopped
}
