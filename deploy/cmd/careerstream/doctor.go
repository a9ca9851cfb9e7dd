package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"golang.org/x/sys/unix"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/publish/store"
	"careerstream/schemas/fault"
)

type doctorCmd struct{}

// Help is shown below the flags.
func (doctorCmd) Help() string { return "Example: careerstream doctor --json" }

// finding is the result of one check.
type finding struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
	Found string `json:"found"`
	// Hint says what to do when not OK.
	Hint string `json:"hint,omitempty"`
}

// Limits of what doctor finds well.
const (
	minFreeBytes = 1 << 30
	maxClockSkew = 5 * time.Second
)

// Run checks everything that the pipeline stands on.
func (doctorCmd) Run(ctx context.Context, p *program) error {
	var findings []finding
	add := func(check, found string, err error) {
		f := finding{Check: check, OK: err == nil, Found: found}
		if err != nil {
			f.Found = err.Error()
			if kind := fault.KindOf(err); kind != fault.Internal && !strings.Contains(f.Found, firstHint(kind)) {
				f.Hint = kind.Info().Hint
			}
		}
		findings = append(findings, f)
	}
	if p.NATS == "" || p.ClickHouse == "" {
		found, err := checkDisk(p)
		add("disk", found, err)
	}
	err := p.withEngines(ctx, app.Need{Broker: true, Store: true, AsIs: true}, func(engines *app.Engines) error {
		owner := "nothing is up on this data directory"
		switch {
		case p.NATS != "" && p.ClickHouse != "":
			owner = "NATS and ClickHouse are elsewhere, and answer"
		case !engines.Owner:
			owner = fmt.Sprintf("process %d is up", engines.Endpoint().PID)
		}
		add("engines", owner, nil)
		found, err := checkStreams(ctx, p, engines.Broker)
		add("streams", found, err)
		if err == nil {
			found, err = checkLags(ctx, engines)
			add("stages", found, err)
			found, err = checkDead(ctx, engines.Broker)
			add("dead letters", found, err)
		}
		found, err = checkTables(ctx, engines.Store)
		add("tables", found, err)
		if err == nil {
			add("deduplication", "a repeated insert is dropped, an honest one kept", engines.Store.Probe(ctx))
		}
		found, err = checkClock(ctx, engines.Store)
		add("clock", found, err)
		return nil
	})
	if ctx.Err() != nil {
		return ctx.Err() // what was found meanwhile says that it was stopped
	}
	if err != nil {
		add("engines", "", err)
	}
	return printFindings(p, findings)
}

func printFindings(p *program, findings []finding) error {
	bad := 0
	for _, f := range findings {
		if !f.OK {
			bad++
		}
	}
	if p.JSON {
		if err := printJSON(p.stdout, findings); err != nil {
			return err
		}
	} else {
		t := newTable(p.stdout, "", table.Row{"", "check", "found", "what to do"}, 60)
		for _, f := range findings {
			mark := yes()
			if !f.OK {
				mark = no()
			}
			t.AppendRow(table.Row{mark, f.Check, f.Found, f.Hint})
		}
		t.Render()
	}
	if bad > 0 {
		return incomplete("%d of %d checks failed", bad, len(findings))
	}
	return nil
}

func checkDisk(p *program) (string, error) {
	dir, err := p.dataDir()
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(string(dir), 0o700); err != nil {
		return "", fmt.Errorf("make data directory: %w; name another one with --data", err)
	}
	var fs unix.Statfs_t
	if err := unix.Statfs(string(dir), &fs); err != nil {
		return "", fmt.Errorf("look at disk of %s: %w", string(dir), err)
	}
	free := fs.Bavail * uint64(fs.Bsize)
	if free < minFreeBytes {
		return "", fault.New(fault.StoreFull, "%s has %d MB free, want %d or more", string(dir), free>>20, minFreeBytes>>20)
	}
	return fmt.Sprintf("%s has %.1f GB free", string(dir), float64(free)/(1<<30)), nil
}

func checkStreams(ctx context.Context, p *program, conn *broker.Conn) (string, error) {
	plan, err := conn.Check(ctx, broker.AllSpecs(), p.Replicas)
	if changes := plan.Changes(); len(changes) > 0 {
		return "", fmt.Errorf("%d of %d streams, buckets and consumers are missing or differ; run: careerstream migrate", len(changes), len(plan))
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d streams, consumers and buckets as they should be", len(plan)), nil
}

// checkLags finds work that nobody does.
func checkLags(ctx context.Context, engines *app.Engines) (string, error) {
	lags, err := app.Lags(ctx, engines.Broker)
	if err != nil {
		return "", err
	}
	left, where := uint64(0), ""
	for _, lag := range lags {
		if left += lag.Left; lag.Left > 0 && where == "" {
			where = lag.Stage
		}
	}
	if left == 0 {
		return "nothing left to do", nil
	}
	return fmt.Sprintf("%d messages to go, the first at %s", left, where), nil
}

func checkDead(ctx context.Context, conn *broker.Conn) (string, error) {
	letters, err := app.Letters(ctx, conn)
	if err != nil {
		return "", err
	}
	open := 0
	for _, l := range letters {
		if l.State != "resolved" {
			open++
		}
	}
	if open > 0 {
		return fmt.Sprintf("%d open; see: careerstream dead list", open), nil
	}
	return "none open", nil
}

func checkTables(ctx context.Context, s *store.Store) (string, error) {
	if err := s.Ping(ctx); err != nil {
		return "", err
	}
	steps, err := s.Status(ctx)
	if err != nil {
		return "", err
	}
	missing := 0
	for _, step := range steps {
		if step.Applied.IsZero() && !step.Unknown {
			missing++
		}
	}
	if missing > 0 {
		return "", fault.New(fault.StoreSchema, "%d of %d migrations are not applied", missing, len(steps))
	}
	return fmt.Sprintf("%d migrations applied", len(steps)), nil
}

func checkClock(ctx context.Context, s *store.Store) (string, error) {
	before := time.Now()
	result, err := s.Query(ctx, "SELECT now64(3, 'UTC')", store.QueryOptions{ReadOnly: true})
	if err != nil {
		return "", err
	}
	took := time.Since(before)
	there, ok := result.Rows[0][0].(time.Time)
	if !ok {
		return "", fmt.Errorf("ClickHouse's clock reads %v", result.Rows[0][0])
	}
	skew := there.Sub(before.Add(took / 2)).Abs()
	if skew > maxClockSkew+took {
		return "", fmt.Errorf("ClickHouse's clock differs by %s; set both by NTP", skew.Round(time.Millisecond))
	}
	return fmt.Sprintf("ClickHouse's clock differs by %s", skew.Round(time.Millisecond)), nil
}
