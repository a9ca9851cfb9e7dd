package broker

import (
	"errors"
	"sync/atomic"
	"testing"

	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// TestSpace stops publishing while little space is left, reads on, and goes on
// by itself.
func TestSpace(t *testing.T) {
	t.Parallel()
	e := start(t, Config{})
	conn := e.Conn()
	if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.Publish(t.Context(), record("record.normalized.a", 1)); err != nil {
		t.Fatal(err)
	}
	var left atomic.Uint64
	e.space.free = func(string) (uint64, error) { return left.Load(), nil }
	e.space.healed()
	bodies := openBodies(t, conn)
	calls := map[string]func() error{
		"publish": func() error { _, _, err := conn.Publish(t.Context(), record("record.normalized.a", 2)); return err },
		"put":     func() error { return bodies.Put(t.Context(), sha([]byte("x")), []byte("x")) },
		"save":    func() error { _, err := conn.Marks().Save(t.Context(), "x", nil, 0); return err },
	}
	for name, call := range calls {
		if err := call(); fault.KindOf(err) != fault.BrokerFull {
			t.Errorf("%s on a full disk: %v, want %v", name, err, fault.BrokerFull)
		}
	}
	if _, ok, err := conn.Last(t.Context(), "record.normalized.a"); !ok || err != nil {
		t.Errorf("read on a full disk: %t, %v", ok, err)
	}
	left.Store(DefaultMinFree)
	for name, call := range calls {
		eventually(t, name+" with space", func() bool { return call() == nil })
	}
}

// TestSpaceHeals starts the server anew after one of its writes failed, with
// the same address and data, and readers and publishers go on.
func TestSpaceHeals(t *testing.T) {
	t.Parallel()
	e := start(t, Config{Listen: "127.0.0.1:0"})
	other, err := Connect(t.Context(), ConnectConfig{URL: e.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	fill(t, other, "record.published.a", 3)
	r := tail(t, e.Conn(), 1)
	readTo(t, r, 1, 3)
	broken := e.server.Load()
	serverLog{quiet, e.space}.Errorf("Filestore [%s] Critical write error: write 3.blk: no space left on device", stream.Published)
	if _, _, err := e.Conn().Publish(t.Context(), record("record.published.a", 1)); !errors.Is(err, fault.BrokerFull) {
		t.Errorf("publish after a failed write: %v, want %v", err, fault.BrokerFull)
	}
	for i, conn := range []*Conn{e.Conn(), other} {
		eventually(t, "a publication", func() bool {
			_, _, err := conn.Publish(t.Context(), record("record.published.a", i))
			return err == nil && e.server.Load() != broken
		})
	}
	readTo(t, r, 4, 5)
}
