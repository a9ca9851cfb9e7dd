package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"

	"careerstream/deploy/app"
)

// appConfig turns the flags into the configuration of the engines.
func (p *program) appConfig() (app.Config, error) {
	config := app.Config{
		NATS: p.NATS, Replicas: p.Replicas, Sync: p.Sync,
		ClickHouse: p.ClickHouse, Database: p.Database, Cluster: p.Cluster, Logger: p.log,
	}
	if p.NATS != "" && p.ClickHouse != "" {
		return config, nil
	}
	dir, err := p.dataDir()
	config.Data = dir
	return config, err
}

// withEngines opens what the command needs, runs it, and closes.
func (p *program) withEngines(ctx context.Context, need app.Need, run func(*app.Engines) error) error {
	config, err := p.appConfig()
	if err != nil {
		return err
	}
	return p.withConfig(ctx, config, need, run)
}

func (p *program) withConfig(ctx context.Context, config app.Config, need app.Need, run func(*app.Engines) error) (err error) {
	download := p.downloadBar()
	config.Progress = download.report
	engines, err := app.Open(ctx, config, need)
	download.stop()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engines.Close()) }()
	return run(engines)
}

// downloadBar shows the engine's download: a bar on a terminal, a line now and
// then elsewhere. It shows nothing while there is nothing to report.
type downloadBar struct {
	p      *program
	writer progress.Writer
	bar    *progress.Tracker
	shown  time.Time
}

func (p *program) downloadBar() *downloadBar { return &downloadBar{p: p} }

func (d *downloadBar) report(done, total int64) {
	if !isTerminal(os.Stderr) {
		if time.Since(d.shown) > 5*time.Second {
			d.shown = time.Now()
			fmt.Fprintf(d.p.stderr, "fetching the ClickHouse engine: %d of %d MB\n", done>>20, total>>20)
		}
		return
	}
	if d.writer == nil {
		d.writer = newProgress(d.p)
		d.bar = &progress.Tracker{Message: "ClickHouse engine (once)", Total: total, Units: progress.UnitsBytes}
		d.writer.AppendTracker(d.bar)
		go d.writer.Render()
	}
	d.bar.UpdateTotal(total)
	d.bar.SetValue(done)
}

func (d *downloadBar) stop() {
	if d.writer == nil {
		return
	}
	d.bar.MarkAsDone()
	stopProgress(d.writer)
}

// newProgress returns bars on standard error in the program's one style.
func newProgress(p *program) progress.Writer {
	w := progress.NewWriter()
	w.SetOutputWriter(p.stderr)
	w.SetStyle(progress.StyleBlocks)
	w.Style().Visibility.ETA = true
	w.Style().Visibility.Speed = true
	w.Style().Colors = progress.StyleColorsExample
	w.SetUpdateFrequency(100 * time.Millisecond)
	w.SetAutoStop(false)
	return w
}

// stopProgress draws the last state and waits until the drawing has ended.
func stopProgress(w progress.Writer) {
	w.Stop()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for w.IsRenderInProgress() {
		<-ticker.C
	}
}
