//go:build unix

package normalize

import (
	"bytes"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// cpu is the processor time that the process has used; it does not count the
// time in which others had the processor.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkParse reads every real page from bytes to record, and parses the
// same bytes with html.Parse alone; it reports the ratio of processor times.
func BenchmarkParse(b *testing.B) {
	p := mustNew(b)
	var pages []Input
	for _, f := range pagesIn(b, realPages+"/bls-ooh", "*.html") {
		in := load(b, f)
		in.Charset, in.BodySHA256 = "utf-8", strings.Repeat("0", 64) // known from the snapshot
		pages = append(pages, in)
	}
	b.ReportAllocs()
	var full, bare time.Duration
	size := 0
	// Each kind reads all pages in turn and begins without the garbage of the
	// other, whose collection it would pay for.
	pass := func(read func(in *Input) error) time.Duration {
		runtime.GC()
		start := cpu(b)
		for i := range pages {
			if err := read(&pages[i]); err != nil {
				b.Fatal(err)
			}
		}
		return cpu(b) - start
	}
	for b.Loop() {
		full += pass(func(in *Input) error {
			size += len(in.Body)
			_, err := p.Parse(*in)
			return err
		})
		bare += pass(func(in *Input) error {
			_, err := html.Parse(bytes.NewReader(in.Body))
			return err
		})
	}
	b.ReportMetric(float64(full)/float64(bare), "x-html.Parse")
	b.ReportMetric(float64(size)/1e6/full.Seconds(), "MB/s")
}
