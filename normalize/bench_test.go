//go:build unix

package normalize

import (
	"bytes"
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
	for b.Loop() {
		for i := range pages {
			start := cpu(b)
			if _, err := p.Parse(pages[i]); err != nil {
				b.Fatal(err)
			}
			middle := cpu(b)
			if _, err := html.Parse(bytes.NewReader(pages[i].Body)); err != nil {
				b.Fatal(err)
			}
			full += middle - start
			bare += cpu(b) - middle
			size += len(pages[i].Body)
		}
	}
	b.ReportMetric(float64(full)/float64(bare), "x-html.Parse")
	b.ReportMetric(float64(size)/1e6/full.Seconds(), "MB/s")
}
