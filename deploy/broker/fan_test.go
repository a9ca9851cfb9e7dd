package broker

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"careerstream/publish/intake"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// publishOutcomes publishes n and returns their sequences by partition.
func publishOutcomes(t *testing.T, conn *Conn, n int) [subject.QuizPartitions][]uint64 {
	t.Helper()
	messages := make([]intake.Message, n)
	for i := range messages {
		messages[i] = intake.Message{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Body: []byte(`{}`)}
	}
	if _, err := conn.PublishOutcomes(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	reader, err := conn.Log(stream.Quiz).Tail(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	var seqs [subject.QuizPartitions][]uint64
	for range n {
		raw, err := reader.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for partition := range seqs {
			if raw.Subject == subject.QuizPartition(partition) {
				seqs[partition] = append(seqs[partition], raw.Seq)
			}
		}
	}
	return seqs
}

// readPart reads a partition from a sequence on, anew after every few messages.
func readPart(t *testing.T, conn *Conn, partition int, seqs []uint64, anew int) error {
	part := conn.Part(stream.Quiz, subject.QuizPartition(partition))
	for from := 0; from < len(seqs); {
		start := uint64(1)
		if from > 0 {
			start = seqs[from-1] + 1
		}
		reader, err := part.Tail(t.Context(), start)
		if err != nil {
			return err
		}
		var got []uint64
		want := seqs[from:min(from+anew, len(seqs))]
		for range want {
			raw, err := reader.Next(t.Context())
			if err != nil {
				return err
			}
			got = append(got, raw.Seq)
		}
		if err := reader.Close(); err != nil {
			return err
		}
		if i := slices.IndexFunc(got, func(seq uint64) bool { return !slices.Contains(want, seq) }); i >= 0 || !slices.Equal(got, want) {
			return fmt.Errorf("partition %d from %d: %d messages differ, first stranger %d", partition, start, len(got), i)
		}
		from += anew
	}
	return nil
}

// TestPartsTogether: readers of all parts that come and go at the same time
// each get all messages of their part, in order.
func TestPartsTogether(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	seqs := publishOutcomes(t, conn, 6000)
	for _, anew := range []int{10_000, 700, 2000, 150} {
		var group errgroup.Group
		for partition := range subject.QuizPartitions {
			group.Go(func() error { return readPart(t, conn, partition, seqs[partition], anew) })
		}
		if err := group.Wait(); err != nil {
			t.Errorf("%d messages a reader: %v", anew, err)
		}
	}
}
