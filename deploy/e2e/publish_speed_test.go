package e2e

import (
	"syscall"
	"testing"
	"time"

	"careerstream/publish/sink"
	"careerstream/schemas/stream"
)

// BenchmarkPublishPages measures the pages sink on the real engines, from a
// full stream to stored rows.
func BenchmarkPublishPages(b *testing.B) {
	const n = 100_000
	w := newPublishWorld(b)
	last := w.pages(1, n)
	for b.Loop() {
		if _, err := w.store.Rebuild(b.Context()); err != nil {
			b.Fatal(err)
		}
		begin, spent := time.Now(), processTime(b)
		s, stop := w.start(sink.PagesSink, w.outside(), sink.Config{})
		w.stored(s, last)
		b.ReportMetric(float64(n)/time.Since(begin).Seconds(), "rows/s")
		b.ReportMetric(float64((processTime(b)-spent).Nanoseconds())/n, "cpu-ns/row")
		stop()
	}
	begin := time.Now()
	report := w.reconcile()
	if got := report.Streams[0]; got.Stream != stream.Pages || got.Stored != n || got.Missing.Count+got.Double.Count > 0 {
		b.Errorf("report %+v", got)
	}
	b.Logf("reconciled %d messages in %v", n, time.Since(begin).Round(time.Millisecond))
}

// processTime is the processor time of broker, engine and sink together, which
// says more than the clock on a busy machine.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
