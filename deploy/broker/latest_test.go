package broker

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"careerstream/publish/sink"
	"careerstream/schemas/stream"
)

func TestLatest(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	visit := func(pattern string) (subjects []string, last uint64) {
		t.Helper()
		left := uint64(0)
		err := conn.Latest(t.Context(), stream.Published, pattern, func(raw sink.Raw, n uint64) error {
			if raw.Seq <= last {
				t.Errorf("sequence %d after %d", raw.Seq, last)
			}
			subjects, last, left = append(subjects, raw.Subject), raw.Seq, n
			return nil
		})
		if err != nil || left != 0 {
			t.Fatalf("%d left, %v", left, err)
		}
		return subjects, last
	}
	if subjects, _ := visit("record.published.>"); len(subjects) != 0 {
		t.Errorf("an empty stream has %v", subjects)
	}
	const careers = 100
	for version := range 3 {
		for i := range careers {
			if _, _, err := conn.Publish(t.Context(), record(fmt.Sprintf("record.published.c%d", i), version)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if subjects, last := visit("record.published.>"); len(subjects) != careers || last != 3*careers || subjects[0] != "record.published.c0" {
		t.Errorf("%d subjects up to %d: %v", len(subjects), last, subjects)
	}
	if subjects, last := visit("record.published.c7"); len(subjects) != 1 || last != 2*careers+8 {
		t.Errorf("%v at %d", subjects, last)
	}

	enough := errors.New("enough")
	if err := conn.Latest(t.Context(), stream.Published, "record.published.>", func(sink.Raw, uint64) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("error of the visit: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	err := conn.Latest(ctx, stream.Published, "record.published.>", func(sink.Raw, uint64) error {
		seen++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || seen > latestBatch {
		t.Errorf("after cancelling: %d visited, %v", seen, err)
	}
}
