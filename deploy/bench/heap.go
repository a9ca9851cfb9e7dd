package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime/metrics"
	"runtime/pprof"
	"time"
)

// watchHeap remembers the most that was alive on Go's heap until ctx ends, and
// writes a profile of it to out, if not nil.
func watchHeap(ctx context.Context, out io.Writer) (most int64, err error) {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var profile bytes.Buffer
	for {
		select {
		case <-ctx.Done():
			if out != nil {
				_, err = profile.WriteTo(out)
			}
			return most, err
		case <-ticker.C:
		}
		metrics.Read(sample)
		now := int64(sample[0].Value.Uint64())
		// A profile for every new byte would disturb what is measured.
		if now > most+most/16 && out != nil {
			profile.Reset()
			if err := pprof.Lookup("heap").WriteTo(&profile, 0); err != nil {
				return most, fmt.Errorf("profile the heap: %w", err)
			}
		}
		most = max(most, now)
	}
}
