package broker

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	used := t.TempDir()
	start(t, Config{Dir: used})
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		cfg  Config
		want string
	}{
		{"no directory", Config{}, "directory is empty"},
		{"directory in use", Config{Dir: used}, "another process runs on this directory"},
		{"directory is a file", Config{Dir: file}, "choose a directory that can be written"},
		{"unknown sync", Config{Dir: dir, Sync: "never"}, `want "250ms" or "always"`},
		{"address without port", Config{Dir: dir, Listen: "localhost"}, "want HOST:PORT"},
		{"small payload", Config{Dir: dir, MaxPayload: 1000}, "max payload is 1000 bytes"},
	}
	for _, test := range tests {
		e, err := Start(t.Context(), test.cfg)
		if err == nil {
			e.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
}

func TestSync(t *testing.T) {
	t.Parallel()
	for sync, always := range map[string]bool{"": false, SyncInterval: false, SyncAlways: true} {
		e := start(t, Config{Sync: sync})
		got := e.server.Load().JetStreamConfig()
		if got.SyncInterval != 250*time.Millisecond || got.SyncAlways != always {
			t.Errorf("sync %q gives interval %s, always %t", sync, got.SyncInterval, got.SyncAlways)
		}
		if e.URL() != "" || e.server.Load().Addr() != nil {
			t.Errorf("server listens on %v without being told to", e.server.Load().Addr())
		}
	}
}

// TestToken lets nobody in without the token, and the owner of the URL in.
func TestToken(t *testing.T) {
	t.Parallel()
	e := start(t, Config{Listen: "127.0.0.1:0"})
	if nc, err := nats.Connect("nats://" + e.server.Load().Addr().String()); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("connected without a token: %v %v", nc, err)
	}
	conn, err := Connect(t.Context(), ConnectConfig{URL: e.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if conn.MaxPayload() != DefaultMaxPayload || conn.Replicas() != 1 {
		t.Errorf("max payload %d, replicas %d", conn.MaxPayload(), conn.Replicas())
	}
}

func TestConnectFails(t *testing.T) {
	t.Parallel()
	_, err := Connect(t.Context(), ConnectConfig{URL: "nats://geheim@127.0.0.1:1", Logger: quiet})
	if !errors.Is(err, fault.BrokerUnavailable) || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "start NATS or correct --nats") {
		t.Errorf("error %v, want broker-unavailable without the token and with a hint", err)
	}
	if _, err := Connect(t.Context(), ConnectConfig{Replicas: 2}); err == nil || !strings.Contains(err.Error(), "want 1, 3 or 5") || !strings.Contains(err.Error(), "address is empty") {
		t.Errorf("error %v, want both problems", err)
	}
}

// TestRestart measures a start on existing data, and finds the data.
func TestRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const messages = 20_000
	first := start(t, Config{Dir: dir})
	if _, err := first.Conn().Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	fill(t, first.Conn(), "record.published.a", messages)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	second := start(t, Config{Dir: dir})
	started := time.Since(began)
	plan, err := second.Conn().Apply(t.Context(), AllSpecs(), 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("start on %d messages: %s, with Apply: %s", messages, started, time.Since(began))
	if n := len(plan.Changes()); n != 0 {
		t.Errorf("%d changes after a restart:\n%s", n, plan)
	}
	if started > 5*time.Second {
		t.Errorf("start took %s", started)
	}
	info, err := second.Conn().Log("PUBLISHED").Info(t.Context())
	if err != nil || info.Last != messages {
		t.Errorf("last sequence %d, %v; want %d", info.Last, err, messages)
	}
}

// TestOutage fails at once while the server is away, and works when it is back.
func TestOutage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := start(t, Config{Dir: dir, Listen: "127.0.0.1:0", Token: "secret"})
	conn, err := Connect(t.Context(), ConnectConfig{URL: e.URL(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Apply(t.Context(), AllSpecs(), 0); err != nil {
		t.Fatal(err)
	}
	address := e.server.Load().Addr().String()
	changed := conn.Changed()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	<-changed
	began := time.Now()
	out := record("record.normalized.a", 1)
	calls := map[string]func() error{
		"publish": func() error { _, _, err := conn.Publish(t.Context(), out); return err },
		"last":    func() error { _, _, err := conn.Last(t.Context(), out.Subject); return err },
		"get":     func() error { _, _, err := conn.Get(t.Context(), "PAGES", 1); return err },
		"info":    func() error { _, err := conn.Log("PAGES").Info(t.Context()); return err },
		"tail":    func() error { _, err := conn.Log("PAGES").Tail(t.Context(), 1); return err },
		"load":    func() error { _, _, err := conn.Marks().Load(t.Context(), "x"); return err },
		"apply":   func() error { _, err := conn.Apply(t.Context(), AllSpecs(), 0); return err },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, fault.BrokerUnavailable) || fault.KindOf(err) != fault.BrokerUnavailable {
			t.Errorf("%s during the outage: %v, want %v", name, err, fault.BrokerUnavailable)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("calls during the outage took %s: they waited", took)
	}
	start(t, Config{Dir: dir, Listen: address, Token: "secret"})
	eventually(t, "the connection to be back", conn.Connected)
	eventually(t, "a publication", func() bool {
		_, _, err := conn.Publish(t.Context(), out)
		return err == nil
	})
	if m, ok, err := conn.Last(t.Context(), out.Subject); err != nil || !ok || m.Seq != 1 || m.Event.ID != out.Event.ID {
		t.Errorf("last message %+v %t %v, want the one publication that succeeded", m, ok, err)
	}
}

var _ event.LastReader = (*Conn)(nil)
