package broker

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"careerstream/schemas/fault"
)

func openBodies(t testing.TB, conn *Conn) *Bodies {
	t.Helper()
	bodies, err := conn.Bodies()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(bodies.Close)
	return bodies
}

// noise does not compress.
func noise(size int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestBodies(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{MaxPayload: 1 << 20})
	bodies := openBodies(t, conn)
	for _, body := range [][]byte{
		{}, []byte("x"), html(1, 60<<10), noise(partSize), noise(partSize + 1), noise(10 << 20), make([]byte, 30<<20),
	} {
		for range 2 {
			if err := bodies.Put(t.Context(), sha(body), body); err != nil {
				t.Fatalf("%d bytes: %v", len(body), err)
			}
		}
		got, err := bodies.Get(t.Context(), sha(body))
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("%d bytes: got %d, %v", len(body), len(got), err)
		}
		info, err := conn.Log(bodiesStream).Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := bodies.Put(t.Context(), sha(body), body); err != nil {
			t.Fatal(err)
		}
		if again, err := conn.Log(bodiesStream).Info(t.Context()); err != nil || again.Last != info.Last {
			t.Errorf("%d bytes: a repeated put wrote %d messages, %v", len(body), again.Last-info.Last, err)
		}
	}
	if _, err := bodies.Get(t.Context(), sha([]byte("never stored"))); !errors.Is(err, fault.BodyMissing) {
		t.Errorf("error %v, want %v", err, fault.BodyMissing)
	}
	if err := bodies.Put(t.Context(), sha([]byte("a")), []byte("b")); !errors.Is(err, fault.Internal) {
		t.Errorf("body under a foreign digest: error %v, want %v", err, fault.Internal)
	}
}

// TestBodiesDamaged tells a damaged or half written body from a whole one, and
// mends it with the next put.
func TestBodiesDamaged(t *testing.T) {
	t.Parallel()
	conn := applied(t, Config{})
	bodies := openBodies(t, conn)
	body := noise(3 * partSize)
	name := sha(body)
	put := func() {
		t.Helper()
		if err := bodies.Put(t.Context(), name, body); err != nil {
			t.Fatal(err)
		}
		if got, err := bodies.Get(t.Context(), name); err != nil || !bytes.Equal(got, body) {
			t.Fatalf("got %d bytes, %v", len(got), err)
		}
	}
	s, err := conn.stream(t.Context(), bodiesStream)
	if err != nil {
		t.Fatal(err)
	}
	damages := map[string]func() error{
		"part 0 missing": func() error { return s.Purge(t.Context(), purge(partSubject(name, 0))) },
		"part 2 missing": func() error { return s.Purge(t.Context(), purge(partSubject(name, 2))) },
		"part 1 no zstd": func() error { _, err := conn.js.Publish(t.Context(), partSubject(name, 1), []byte("x")); return err },
		"part 1 another": func() error {
			_, err := conn.js.Publish(t.Context(), partSubject(name, 1), bodies.encoder.EncodeAll(make([]byte, partSize), nil))
			return err
		},
		"part 0 without size": func() error { _, err := conn.js.Publish(t.Context(), partSubject(name, 0), []byte("x")); return err },
	}
	for damage, do := range damages {
		put()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if _, err := bodies.Get(t.Context(), name); !errors.Is(err, fault.BodyMissing) {
			t.Errorf("%s: error %v, want %v", damage, err, fault.BodyMissing)
		}
	}
	put()
}

// TestBodiesTogether puts and gets the same bodies from several sides, and logs
// how long the bodies of a catalog take.
func TestBodiesTogether(t *testing.T) {
	t.Parallel()
	bodies := openBodies(t, applied(t, Config{}))
	const count, size = 400, 60 << 10
	page := html(1, size)
	began := time.Now()
	var sides sync.WaitGroup
	for range 3 {
		sides.Go(func() {
			for i := range count {
				body := append(fmt.Appendf(nil, "<!-- %d -->", i), page...)
				if err := bodies.Put(t.Context(), sha(body), body); err != nil {
					t.Error(err)
				}
				if got, err := bodies.Get(t.Context(), sha(body)); err != nil || !bytes.Equal(got, body) {
					t.Errorf("body %d: %d bytes, %v", i, len(got), err)
				}
			}
		})
	}
	sides.Wait()
	t.Logf("3 x %d bodies of %d KiB put and got in %s", count, size>>10, time.Since(began))
}
