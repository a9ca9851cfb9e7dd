package broker

import (
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/intake"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// TestOutcomePartitions: the server puts outcomes into partitions by itself, a
// repeat into the same one, and each part reads its own only, in order.
func TestOutcomePartitions(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	const n = 400
	messages := make([]intake.Message, n)
	for i := range messages {
		messages[i] = intake.Message{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", i), Body: []byte(`{}`)}
	}
	if duplicates, err := conn.PublishOutcomes(t.Context(), messages); err != nil || duplicates != 0 {
		t.Fatalf("%d duplicates, %v", duplicates, err)
	}
	if duplicates, err := conn.PublishOutcomes(t.Context(), messages[:100]); err != nil || duplicates != 100 {
		t.Errorf("second time: %d duplicates, %v; want 100", duplicates, err)
	}
	// A plain client: no header, no JetStream.
	for range 3 {
		if _, err := conn.nc.Request(subject.QuizIntake, []byte(`{"plain":true}`), 5*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.nc.RequestMsg(&nats.Msg{
		Subject: subject.QuizIntake, Data: []byte(`{}`), Header: nats.Header{jetstream.MsgIDHeader: {messages[0].ID}},
	}, 5*time.Second); err != nil {
		t.Fatal(err)
	}
	whole, err := conn.Log(stream.Quiz).Info(t.Context())
	if err != nil || whole.Last != n+3 {
		t.Fatalf("stream ends at %d, %v; want %d", whole.Last, err, n+3)
	}
	total := 0
	for partition := range subject.QuizPartitions {
		part := conn.Part(stream.Quiz, subject.QuizPartition(partition))
		info, err := part.Info(t.Context())
		if err != nil || info.Head != whole.Last || info.Last == 0 {
			t.Fatalf("partition %d: %+v, %v", partition, info, err)
		}
		reader, err := part.Tail(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for last := uint64(0); last < info.Last; count++ {
			raw, err := reader.Next(t.Context())
			if err != nil || raw.Subject != subject.QuizPartition(partition) || raw.Seq <= last {
				t.Fatalf("partition %d: %s %d after %d, %v", partition, raw.Subject, raw.Seq, last, err)
			}
			last = raw.Seq
		}
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
		if count < n/subject.QuizPartitions/2 {
			t.Errorf("partition %d has %d of %d", partition, count, n)
		}
		total += count
	}
	if total != n+3 {
		t.Errorf("the partitions hold %d, want %d", total, n+3)
	}
}

// TestEraseOutcomes: what is erased is gone, also at the end of a part, and the
// part still knows where the stream is.
func TestEraseOutcomes(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	for i := range 5 {
		if _, err := conn.PublishOutcomes(t.Context(), []intake.Message{{ID: fmt.Sprint("a", i), Body: []byte(`{}`)}}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // a repeat is no error
		if err := conn.Erase(t.Context(), stream.Quiz, []uint64{2, 5}); err != nil {
			t.Fatal(err)
		}
	}
	log := streamLog{conn: conn, name: stream.Quiz}
	for seq, want := range map[uint64]uint64{1: 1, 2: 3, 4: 4, 5: 0} {
		next, ok, err := log.Seek(t.Context(), seq)
		if err != nil || next != want || ok != (want > 0) {
			t.Errorf("from %d: %d, %t, %v; want %d", seq, next, ok, err, want)
		}
	}
	info, err := log.Info(t.Context())
	if err != nil || info.Head != 5 {
		t.Errorf("%+v, %v; want the head at 5", info, err)
	}
}
