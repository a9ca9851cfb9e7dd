//go:build linux

package broker

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// TestDiskFull lets the server meet a full disk, which the space kept free
// otherwise prevents. What was acknowledged is there after it has healed.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		if os.Getenv("CAREERSTREAM_NO_SKIP") != "" {
			t.Fatalf("a skipped test fails here: %v", err)
		}
		t.Skipf("needs the right to mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 16<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	e := start(t, Config{Dir: dir, MinFree: 1})
	broken, conn := e.server.Load(), e.Conn()
	if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	acked := make(map[uint64]string)
	var mu sync.Mutex
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := range 1000 {
				out := large(t, fmt.Sprintf("record.normalized.w%d", w), n)
				seq, _, err := conn.Publish(t.Context(), out)
				if errors.Is(err, fault.BrokerFull) {
					return
				}
				if err == nil {
					mu.Lock()
					acked[seq] = out.Event.ID
					mu.Unlock()
				}
			}
			t.Error("the disk did not get full")
		})
	}
	writers.Wait()
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a publication after space was made", func() bool {
		_, _, err := conn.Publish(t.Context(), large(t, "record.normalized.after", 1))
		return err == nil
	})
	if e.server.Load() == broken {
		t.Error("the server did not meet the full disk")
	}
	if len(acked) < 10 {
		t.Errorf("only %d messages were acknowledged", len(acked))
	}
	for seq, id := range acked {
		raw, ok, err := conn.Get(t.Context(), stream.Normalized, seq)
		if err != nil || !ok || raw.Header[jetstream.MsgIDHeader][0] != id {
			t.Errorf("message %d was acknowledged and is not there: %t, %v", seq, ok, err)
		}
	}
}

// large is a record of 64 KiB.
func large(t *testing.T, subject string, n int) event.Out {
	t.Helper()
	e, err := event.New("/test", event.RecordNormalized, "x", strings.Repeat("x", 64<<10))
	if err != nil {
		t.Fatal(err)
	}
	e.ID = event.ID("test", subject, fmt.Sprint(n))
	return event.Out{Subject: subject, Event: e}
}
