package worker

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"careerstream/deploy/broker"
	"careerstream/publish/sink"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// TestRedrive takes one message from its first death over a second to its
// resolution, the last time from the letter's copy.
func TestRedrive(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	var mode atomic.Int32
	cfg := config(func(_ context.Context, m event.Message) ([]event.Out, error) {
		switch mode.Load() {
		case 0:
			return nil, fault.New(fault.NotACareerPage, "no profile")
		case 1:
			return nil, fault.New(fault.SlugTaken, "still wrong")
		}
		return outputs(m, 1), nil
	})
	w, _ := run(t, cfg, conn)
	publish(t, conn, input("other"), input("a"))
	drained(t, w, 2)
	var first uint64
	for i, letter := range letters(t, conn) {
		if letter.Seq == 2 {
			first = uint64(i + 1)
		}
	}
	redrive := func(seq uint64, want int) deadletter.Letter {
		t.Helper()
		letter, ok, err := conn.Letter(t.Context(), stream.Dead, seq)
		if err != nil || !ok {
			t.Fatalf("letter %d: %t, %v", seq, ok, err)
		}
		for range 2 { // the repeat of an order changes nothing
			if err := conn.Redrive(t.Context(), seq, letter); err != nil {
				t.Fatal(err)
			}
		}
		eventually(t, "the redrive", func() bool {
			info, err := conn.Log(stream.Redrive).Info(t.Context())
			return err == nil && info.First > info.Last && len(letters(t, conn)) == want
		})
		return letters(t, conn)[want-1]
	}
	mode.Store(1)
	second := redrive(first, 3)
	if second.Seq != 2 || second.State != deadletter.Open || second.Kind != string(fault.SlugTaken) || !strings.Contains(second.Reason, "still wrong") || len(second.Original) == 0 {
		t.Errorf("second letter %+v, want it open for the new reason", second)
	}
	pages, err := conn.JetStream().Stream(t.Context(), stream.Pages)
	if err != nil {
		t.Fatal(err)
	}
	if err := pages.DeleteMsg(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	mode.Store(2)
	third := redrive(3, 4)
	if third.Seq != 2 || third.State != deadletter.Resolved || third.Kind != second.Kind {
		t.Errorf("third letter %+v, want it resolved", third)
	}
	if subjects, _ := contents(t, conn, stream.Normalized); len(subjects) != 1 || subjects[0] != subject.Normalized("a-0") {
		t.Errorf("stored %q, want the output of the redriven message", subjects)
	}
}

// TestRedriveOrder buries an order that cannot be followed.
func TestRedriveOrder(t *testing.T) {
	t.Parallel()
	conn := server(t, broker.Config{}).Conn()
	var got []string
	r, err := NewRedriver(RedriveConfig{
		Tuning: Tuning{Logger: quiet}, Stage: "records",
		Process: func(_ context.Context, name string, raw sink.Raw) error {
			got = append(got, name+" "+raw.Subject)
			return nil
		},
	}, conn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	out := input("x")
	out.Subject = subject.Published("x")
	publish(t, conn, out)
	letter := deadletter.Letter{Stage: "records", Kind: string(fault.RowRejected), Reason: "bad row", Stream: stream.Published, Seq: 1, Subject: out.Subject}
	if err := conn.Bury(t.Context(), letter, 0); err != nil {
		t.Fatal(err)
	}
	wrong := letter
	wrong.Seq = 7
	if err := conn.Redrive(t.Context(), 1, wrong); err != nil {
		t.Fatal(err)
	}
	if err := conn.Redrive(t.Context(), 1, letter); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both orders", func() bool { return len(letters(t, conn)) == 3 })
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	all := letters(t, conn)
	if l := all[1]; l.Stream != stream.Redrive || l.Kind != string(fault.BadEnvelope) || !strings.Contains(l.Reason, "PUBLISHED 7") {
		t.Errorf("letter of the wrong order %+v", l)
	}
	if l := all[2]; l.State != deadletter.Resolved || l.Seq != 1 {
		t.Errorf("letter of the right order %+v", l)
	}
	if len(got) != 1 || got[0] != "PUBLISHED record.published.x" {
		t.Errorf("processed %q", got)
	}
}
