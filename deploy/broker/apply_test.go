package broker

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/stream"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestApply goes from nothing over changes by an operator back to what is wanted.
func TestApply(t *testing.T) {
	t.Parallel()
	conn := start(t, Config{}).Conn()
	var transcript strings.Builder
	show := func(title string, plan Plan, err error) {
		transcript.WriteString("# " + title + "\n" + plan.String())
		if err != nil {
			transcript.WriteString("error: " + err.Error() + "\n")
		}
	}
	plan, err := conn.Check(t.Context(), AllSpecs(), 1)
	show("check of an empty server", plan, err)
	plan, err = conn.Apply(t.Context(), AllSpecs(), 1)
	show("apply", plan, err)
	plan, err = conn.Check(t.Context(), AllSpecs(), 1)
	show("check", plan, err)

	s, err := conn.js.Stream(t.Context(), stream.Pages)
	if err != nil {
		t.Fatal(err)
	}
	config := s.CachedInfo().Config
	config.Duplicates, config.Discard, config.MaxBytes = time.Second, jetstream.DiscardOld, 1<<30
	if _, err := conn.js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	consumer, err := conn.js.Consumer(t.Context(), stream.Pages, stream.Normalize)
	if err != nil {
		t.Fatal(err)
	}
	c := consumer.CachedInfo().Config
	c.MaxDeliver, c.BackOff = 3, []time.Duration{time.Second, time.Minute}
	if _, err := conn.js.UpdateConsumer(t.Context(), stream.Pages, c); err != nil {
		t.Fatal(err)
	}
	plan, err = conn.Check(t.Context(), AllSpecs(), 1)
	show("check after an operator's changes", plan, err)
	plan, err = conn.Apply(t.Context(), AllSpecs(), 1)
	show("apply over them", plan, err)
	plan, err = conn.Check(t.Context(), AllSpecs(), 1)
	show("check at the end", plan, err)
	if s, err = conn.js.Stream(t.Context(), stream.Pages); err != nil || s.CachedInfo().Config.MaxBytes != 1<<30 {
		t.Errorf("the operator's max bytes are %d, %v; want them kept", s.CachedInfo().Config.MaxBytes, err)
	}

	path := filepath.Join("testdata", "apply.txt")
	if *update {
		if err := os.WriteFile(path, []byte(transcript.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), transcript.String()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestApplyTogether applies from two connections at once.
func TestApplyTogether(t *testing.T) {
	t.Parallel()
	e := start(t, Config{Listen: "127.0.0.1:0"})
	other, err := Connect(t.Context(), ConnectConfig{URL: e.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var both sync.WaitGroup
	for range 3 {
		for _, conn := range []*Conn{e.Conn(), other} {
			both.Go(func() {
				if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
					t.Error(err)
				}
			})
		}
	}
	both.Wait()
	if plan, err := other.Check(t.Context(), AllSpecs(), 0); err != nil {
		t.Errorf("%v\n%s", err, plan)
	}
}

// TestApplyFixed names what cannot be changed in place, and does the rest.
func TestApplyFixed(t *testing.T) {
	t.Parallel()
	conn := start(t, Config{}).Conn()
	if _, err := conn.js.CreateStream(t.Context(), jetstream.StreamConfig{Name: stream.Pages, Subjects: []string{"page.fetched.>"}, Storage: jetstream.MemoryStorage}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.js.CreateConsumer(t.Context(), stream.Pages, jetstream.ConsumerConfig{Durable: stream.Normalize, AckPolicy: jetstream.AckAllPolicy}); err != nil {
		t.Fatal(err)
	}
	plan, err := conn.Apply(t.Context(), AllSpecs(), 0)
	for _, part := range []string{"storage is Memory, want File", "ack policy is AckAll, want AckExplicit", "nats consumer rm PAGES normalize"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not say %q", err, part)
		}
	}
	for _, change := range plan {
		if change.Name != stream.Pages && change.Name != "PAGES/normalize" && change.Action != Created {
			t.Errorf("%s %s is %s, want it created", change.Kind, change.Name, change.Action)
		}
	}
}

func TestSpecsCheck(t *testing.T) {
	t.Parallel()
	if err := AllSpecs().Check(); err != nil {
		t.Errorf("our own specs: %v", err)
	}
	bad := Specs{
		Streams: []stream.Spec{{Name: "A", Retention: stream.WorkQueue, MaxAge: time.Second, DedupeWindow: time.Minute}, {Name: "B", Subjects: []string{"b"}}},
		Consumers: []stream.Consumer{
			{Name: "one", Stream: "A", Filter: "a", AckWait: time.Millisecond, MaxAckPending: 10, Workers: 1},
			{Name: "two", Stream: "A", Filter: "a", AckWait: time.Second, MaxAckPending: 1, Workers: 1},
			{Name: "three", Stream: "A", AckWait: time.Second, MaxAckPending: 10, Workers: 1},
		},
	}
	err := bad.Check()
	for _, part := range []string{
		"stream A: dedupe window 1m0s is over the age limit", "stream A: no subjects", "stream B: dedupe window is 0s",
		"A/one: ack wait is 1ms", "A/two: 1 workers and max ack pending 1", "A/one and A/two share a filter", "A/three: no filter",
	} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v does not say %q", err, part)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"2.10.29": false, "2.11.0": true, "2.12.0-preview.1": true, "2.9.1": false, "3.0.0": true, "1.99.0": false, "": false, "x.y": false,
	} {
		if versionOK(version) != want {
			t.Errorf("version %q allowed: %t, want %t", version, !want, want)
		}
	}
}
