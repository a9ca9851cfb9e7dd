package api

import (
	"time"

	"careerstream/publish/api/catalog"
	"careerstream/publish/api/problem"
)

// States of Health.
const (
	HealthOK       = "ok"
	HealthLoading  = "loading"
	HealthDegraded = "degraded"
)

// Health is the state of the read API.
type Health struct {
	Status  string        `json:"status" enum:"ok,loading,degraded" doc:"loading: the catalog is being read; degraded: reports are away."`
	Version string        `json:"version" doc:"Of the program."`
	Catalog catalog.Stats `json:"catalog"`
	Waiting int           `json:"waiting" doc:"Clients that wait for changes."`
	// ReportsAwaySince is when reports were away first, as far as requests have shown.
	ReportsAwaySince *time.Time `json:"reports_unavailable_since,omitempty"`
}

// serveHealth answers 200 always: readiness is for who routes requests, this is
// for who wonders.
func serveHealth(x *exchange) *problem.Problem {
	health := Health{Status: HealthOK, Version: x.cfg.Version, Catalog: x.deps.Catalog.Stats(), Waiting: len(x.waiting)}
	if since := x.reports.away(); !since.IsZero() {
		health.Status, health.ReportsAwaySince = HealthDegraded, &since
	}
	if !health.Catalog.Ready {
		health.Status = HealthLoading
	}
	return x.send(health)
}

func serveDocument(x *exchange) *problem.Problem {
	x.represent(x.document)
	return nil
}
