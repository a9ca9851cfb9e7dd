package broker

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/stream"
)

// html makes a page of about size bytes that compresses as pages do.
func html(seed uint64, size int) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	words := strings.Fields("<p> </p> <li> career works with people and plans the duties of health data school office client therapy")
	var b bytes.Buffer
	for b.Len() < size {
		fmt.Fprintf(&b, "%s %x ", words[r.IntN(len(words))], r.Uint32()>>uint(r.IntN(24)))
	}
	return b.Bytes()
}

func sha(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// BenchmarkBodies compares the store of bodies with the client's object store.
func BenchmarkBodies(b *testing.B) {
	const size = 60 << 10
	b.Run("put", func(b *testing.B) {
		bodies, err := applied(b, Config{}).Bodies()
		if err != nil {
			b.Fatal(err)
		}
		defer bodies.Close()
		page, n := html(1, size), 0
		b.ReportAllocs()
		for b.Loop() {
			n++
			body := append(fmt.Appendf(nil, "<!-- %d -->", n), page...)
			if err := bodies.Put(b.Context(), sha(body), body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		bodies, err := applied(b, Config{}).Bodies()
		if err != nil {
			b.Fatal(err)
		}
		defer bodies.Close()
		body := html(1, size)
		if err := bodies.Put(b.Context(), sha(body), body); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := bodies.Get(b.Context(), sha(body)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("object-store-put", func(b *testing.B) {
		conn := applied(b, Config{})
		store, err := conn.js.CreateObjectStore(b.Context(), jetstream.ObjectStoreConfig{Bucket: "pages"})
		if err != nil {
			b.Fatal(err)
		}
		page, n := html(1, size), 0
		b.ReportAllocs()
		for b.Loop() {
			n++
			body := append(fmt.Appendf(nil, "<!-- %d -->", n), page...)
			if _, err := store.PutBytes(b.Context(), sha(body), body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("object-store-get", func(b *testing.B) {
		conn := applied(b, Config{})
		store, err := conn.js.CreateObjectStore(b.Context(), jetstream.ObjectStoreConfig{Bucket: "pages"})
		if err != nil {
			b.Fatal(err)
		}
		body := html(1, size)
		if _, err := store.PutBytes(b.Context(), sha(body), body); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := store.GetBytes(b.Context(), sha(body)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPublish(b *testing.B) {
	conn := applied(b, Config{})
	n := 0
	for b.Loop() {
		n++
		if _, _, err := conn.Publish(b.Context(), record(fmt.Sprintf("record.normalized.s%d", n%800), n)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLast(b *testing.B) {
	conn := applied(b, Config{})
	if _, _, err := conn.Publish(b.Context(), record("record.normalized.a", 1)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := conn.Last(b.Context(), "record.normalized.a"); err != nil {
			b.Fatal(err)
		}
	}
}

// fill publishes n small messages quickly.
func fill(tb testing.TB, conn *Conn, subject string, n int) {
	tb.Helper()
	futures := make([]jetstream.PubAckFuture, n)
	for i := range n {
		future, err := conn.js.PublishAsync(subject, fmt.Appendf(nil, `{"n":%d}`, i), jetstream.WithStallWait(20*time.Second))
		if err != nil {
			tb.Fatal(err)
		}
		futures[i] = future
	}
	<-conn.js.PublishAsyncComplete()
	for _, future := range futures {
		select {
		case <-future.Ok():
		case err := <-future.Err():
			tb.Fatal(err)
		}
	}
}

func BenchmarkTail(b *testing.B) {
	conn := applied(b, Config{})
	const n = 500_000
	fill(b, conn, "record.published.a", n)
	for b.Loop() {
		r, err := conn.Log(stream.Published).Tail(b.Context(), 1)
		if err != nil {
			b.Fatal(err)
		}
		for range n {
			if _, err := r.Next(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		r.Close()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}
