package broker

import (
	"log/slog"
	"sync/atomic"
	"testing"
)

// TestServerIsFoundAgain: a process that works through an `up` goes on with the
// next one on the directory, which has another port and another token.
func TestServerIsFoundAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start := func(token string) *Embedded {
		e, err := Start(t.Context(), Config{Dir: dir, Listen: "127.0.0.1:0", Token: token, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	first := start("one")
	var address atomic.Value
	address.Store("")
	conn, err := Connect(t.Context(), ConnectConfig{URL: first.URL(), Logger: slog.New(slog.DiscardHandler), Find: func() string {
		text, _ := address.Load().(string)
		return text
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	changed := conn.Changed()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	<-changed
	changed = conn.Changed()
	second := start("two")
	defer func() { _ = second.Close() }()
	if second.URL() == first.URL() {
		t.Fatal("the second server is where the first was")
	}
	address.Store(second.URL())
	<-changed
	if !conn.Connected() {
		t.Error("not connected to the second server")
	}
}
