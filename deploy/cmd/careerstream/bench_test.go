package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/net/html"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/publish/store"
)

// measured is a run of the program with what it took.
type measured struct {
	ended
	// cpu is user and system time together: unlike wall time it does not grow
	// when the machine is busy with other things.
	cpu  time.Duration
	wall time.Duration
	// peak is the most memory that was resident, in bytes. The system counts the
	// parent's memory at the start too, so the parent has to be small.
	peak int64
}

// measure runs the program, which has to end with this code.
func measure(tb testing.TB, code int, args ...string) measured {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), "careerstream", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		tb.Fatalf("run careerstream %v: %v", args, err)
	}
	state := cmd.ProcessState
	if state.ExitCode() != code {
		tb.Fatalf("careerstream %s: exit code %d, want %d\n%.2000s\n%.4000s", strings.Join(args, " "), state.ExitCode(), code, stdout.String(), stderr.String())
	}
	peak := state.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" {
		peak <<= 10 // darwin counts bytes, others KiB
	}
	return measured{ended{stdout.String(), stderr.String(), code}, state.UserTime() + state.SystemTime(), wall, peak}
}

// BenchmarkIngest takes folders of generated pages through the whole program,
// from start to exit, into ClickHouse rows:
//
//	go test -run '^$' -bench Ingest -benchtime 1x ./deploy/cmd/careerstream
//
// bare-pages/s is what the three engines do with the same bytes and rows and
// nothing of ours between them, one after the other, in this process. The last
// sub-benchmark's memory-ratio tells how memory grows with the number of pages.
func BenchmarkIngest(b *testing.B) {
	peaks := map[int]float64{}
	for _, pages := range []int{2_000, 10_000} {
		b.Run(map[int]string{2_000: "pages=2000", 10_000: "pages=10000"}[pages], func(b *testing.B) {
			folder := b.TempDir()
			for i := range pages {
				if err := sample.Write(folder, sample.Generate(i, pages, 1)); err != nil {
					b.Fatal(err)
				}
			}
			var wall, cpu time.Duration
			var data string
			for b.Loop() {
				data = b.TempDir()
				run := measure(b, exitOK, "ingest", "--data", data, "--json", folder)
				wall, cpu = wall+run.wall, cpu+run.cpu
				peaks[pages] = max(peaks[pages], float64(run.peak)/(1<<20))
			}
			done := float64(pages * b.N)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(done/wall.Seconds(), "pages/s")
			b.ReportMetric(cpu.Seconds()*1000/done, "cpu-ms/page")
			b.ReportMetric(peaks[pages], "peak-MiB")
			if peaks[2_000] > 0 && pages > 2_000 {
				b.ReportMetric(peaks[pages]/peaks[2_000], "memory-ratio")
			}
			b.ReportMetric(float64(pages)/bare(b, folder, data).Seconds(), "bare-pages/s")
		})
	}
}

// bare does the work that no pipeline on these engines can avoid: parse the
// HTML, publish one message a page, and insert the rows that the program stored
// in data.
func bare(b *testing.B, folder, data string) time.Duration {
	b.Helper()
	ctx := b.Context()
	engines, err := app.Open(ctx, app.Config{
		Data: datadir.Dir(data), Replicas: 1, Sync: broker.SyncInterval, Database: "careerstream", Logger: slog.New(slog.DiscardHandler),
	}, app.Need{Broker: true, Store: true})
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := engines.Close(); err != nil {
			b.Error(err)
		}
	}()
	files, err := filepath.Glob(filepath.Join(folder, "*.[ht]*"))
	if err != nil {
		b.Fatal(err)
	}
	js := engines.Broker.JetStream()
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{Name: "BARE", Subjects: []string{"bare.>"}, Storage: jetstream.FileStorage})
	if err != nil {
		b.Fatal(err)
	}
	for _, table := range []string{"careers", "career_versions"} {
		if err := engines.Store.Exec(ctx, "CREATE TABLE bare_"+table+" AS "+engines.Store.Table(table)); err != nil {
			b.Fatal(err)
		}
	}
	start := time.Now()
	parseAndPublish(b, js, files)
	insertBare(ctx, b, engines.Store)
	return time.Since(start)
}

func parseAndPublish(b *testing.B, js jetstream.JetStream, files []string) {
	b.Helper()
	for _, file := range files {
		if strings.HasSuffix(file, ".json") {
			continue
		}
		page, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		if strings.HasSuffix(file, ".html") {
			if _, err := html.Parse(bytes.NewReader(page)); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := js.PublishAsync("bare."+filepath.Base(file), page); err != nil {
			b.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
	info, err := js.Stream(b.Context(), "BARE")
	if err != nil {
		b.Fatal(err)
	}
	if got := info.CachedInfo().State.Msgs; got == 0 {
		b.Fatal("nothing was published")
	}
}

func insertBare(ctx context.Context, b *testing.B, tables *store.Store) {
	b.Helper()
	for _, table := range []string{"careers", "career_versions"} {
		if err := tables.Exec(ctx, "INSERT INTO bare_"+table+" SELECT * FROM "+tables.Table(table)); err != nil {
			b.Fatal(err)
		}
	}
}
