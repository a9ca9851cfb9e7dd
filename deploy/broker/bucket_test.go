package broker

import (
	"errors"
	"testing"

	"careerstream/schemas/deadletter"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

func TestMarks(t *testing.T) {
	t.Parallel()
	marks := applied(t, Config{}).Marks()
	if value, revision, err := marks.Load(t.Context(), "pages"); value != nil || revision != 0 || err != nil {
		t.Errorf("mark that is not there: %q %d %v", value, revision, err)
	}
	first, err := marks.Save(t.Context(), "pages", []byte("1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := marks.Save(t.Context(), "pages", []byte("other"), 0); !errors.Is(err, fault.LeaseLost) {
		t.Errorf("second first save: %v, want %v", err, fault.LeaseLost)
	}
	second, err := marks.Save(t.Context(), "pages", []byte("2"), first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := marks.Save(t.Context(), "pages", []byte("late"), first); !errors.Is(err, fault.LeaseLost) {
		t.Errorf("save on an old revision: %v, want %v", err, fault.LeaseLost)
	}
	if _, err := marks.Save(t.Context(), "records", []byte("1"), 0); err != nil {
		t.Errorf("another sink: %v", err)
	}
	if value, revision, err := marks.Load(t.Context(), "pages"); string(value) != "2" || revision != second || err != nil {
		t.Errorf("mark is %q %d %v, want 2 at %d", value, revision, err, second)
	}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	b := conn.Bucket(stream.Careers)
	revision, err := b.Put(t.Context(), "nurse", []byte("{}"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(t.Context(), "nurse", []byte("[]"), revision+9); !errors.Is(err, fault.Conflict) {
		t.Errorf("error %v, want %v", err, fault.Conflict)
	}
	// Every client reads it as a key-value bucket.
	kv, err := conn.js.KeyValue(t.Context(), stream.Careers)
	if err != nil {
		t.Fatal(err)
	}
	if entry, err := kv.Get(t.Context(), "nurse"); err != nil || string(entry.Value()) != "{}" || entry.Revision() != revision {
		t.Errorf("entry %v, %v", entry, err)
	}
	if err := b.Delete(t.Context(), "nurse"); err != nil {
		t.Fatal(err)
	}
	value, gone, err := b.Get(t.Context(), "nurse")
	if value != nil || gone <= revision || err != nil {
		t.Errorf("deleted key: %q %d %v, want no value and a newer revision", value, gone, err)
	}
	if _, err := b.Put(t.Context(), "nurse", []byte("again"), gone); err != nil {
		t.Error(err)
	}
}

func TestBury(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	letter := deadletter.Letter{Stage: "normalize", Kind: string(fault.SlugTaken), Reason: "taken", Stream: stream.Pages, Seq: 7}
	other := letter
	other.Seq = 8
	input := deadletter.Letter{Stage: "ingest", Kind: string(fault.TooLarge), Origin: "a.html"}
	input2 := input
	input2.Origin = "b.html"
	for range 2 {
		for _, l := range []deadletter.Letter{letter, other, input, input2} {
			if err := conn.DeadLetters().Bury(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
	}
	if info, err := conn.Log(stream.Dead).Info(t.Context()); err != nil || info.Last != 4 {
		t.Errorf("%d letters, %v; want 4, each once", info.Last, err)
	}
	got, ok, err := conn.Letter(t.Context(), stream.Dead, 1)
	if err != nil || !ok || got.State != deadletter.Open || got.FailedAt.IsZero() || got.Seq != 7 || got.Reason != "taken" {
		t.Errorf("letter %+v %t %v", got, ok, err)
	}
	if err := conn.Redrive(t.Context(), 3, input); err == nil {
		t.Error("a letter of no message can be redriven")
	}
}
