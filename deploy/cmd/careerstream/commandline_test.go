package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"pgregory.net/rapid"
)

// TestGiven is about demo, which must not take somebody's catalog for its own.
func TestGiven(t *testing.T) {
	t.Setenv("CAREERSTREAM_DATA", t.TempDir())
	file := filepath.Join(t.TempDir(), "flags.json")
	if err := os.WriteFile(file, []byte(`{"data": "elsewhere", "drift_shrink_to": 0.4}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]bool{"demo": false, "demo --config " + file: false, "demo --data here": true} {
		var c cli
		parser, err := newCommandLine(&c, func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.Parse(strings.Fields(args))
		if err != nil {
			t.Fatal(err)
		}
		if got := given(parsed, "data"); got != want || c.Data == "" {
			t.Errorf("%s: --data is given: %t, want %t; it is %q", args, got, want, c.Data)
		}
	}
}

// TestNothingIsPrintedInVain: a disk without space is an error of every command.
func TestNothingIsPrintedInVain(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		skip(t, "needs a device that is always full: %v", err)
	}
	defer func() { _ = full.Close() }()
	data := t.TempDir()
	for _, args := range [][]string{{"query", "SELECT 1", "--data", data}, {"dead", "list", "--data", data}, {"migrate", "--data", data}, {"reconcile", "--data", data}} {
		p := launchTo(t, full, args...)
		<-p.done
		if code := p.cmd.ProcessState.ExitCode(); code != exitFailed || !strings.Contains(p.log.String(), "no space left") {
			t.Errorf("careerstream %v: code %d, %s", args, code, p.log)
		}
	}
}

// TestTwoSignalsAtOnce is what timeout(1) sends.
func TestTwoSignalsAtOnce(t *testing.T) {
	t.Parallel()
	p := startUp(t, t.TempDir(), "--stages", "none")
	for range 2 {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			break // it has ended already
		}
	}
	<-p.done
	if !p.cmd.ProcessState.Exited() {
		t.Errorf("killed by the second: %v\n%s", p.cmd.ProcessState, p.log)
	}
}

func TestEmptyVariableIsNone(t *testing.T) {
	t.Setenv("CAREERSTREAM_LISTEN", "")
	withoutEmptyVariables()
	if _, set := os.LookupEnv("CAREERSTREAM_LISTEN"); set {
		t.Error("it is still set")
	}
}

// TestTablesFit draws tables for screens of any width.
func TestTablesFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "columns")
		cell := rapid.StringMatching(`[a-zé]{0,30}( [a-z]{1,12}){0,12}`)
		draw := func(label string) table.Row {
			row := make(table.Row, n)
			for i := range row {
				row[i] = cell.Draw(t, label)
			}
			return row
		}
		var out bytes.Buffer
		made, ok := newTable(&out, "", draw("header"), 60).(*fittedTable)
		if !ok {
			t.Fatal("newTable returns another table")
		}
		made.screen = rapid.IntRange(0, 200).Draw(t, "screen")
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			made.AppendRow(draw("row"))
		}
		made.Render()
		limit := max(made.screen, n*(narrowest+3)+1)
		if made.screen == 0 {
			limit = n*63 + 1
		}
		if width := text.LongestLineLen(out.String()); width > limit {
			t.Fatalf("%d cells wide, want %d at most:\n%s", width, limit, out.String())
		}
	})
}

func TestTableIsNotWrappedWithoutNeed(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	made := newTable(&out, "", table.Row{"slug", "days"}, 60, 2).(*fittedTable)
	made.screen = 60
	made.AppendRow(table.Row{"dental-hygienist of the outer isles, and of others", 203})
	made.Render()
	if !strings.Contains(out.String(), "dental-hygienist of the") || !strings.Contains(out.String(), " 203 ") || text.LongestLineLen(out.String()) > 60 {
		t.Errorf("drawn as\n%s", out.String())
	}
}

func TestShownAddress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ address, given, want string }{
		{"http://reader:made-up@127.0.0.1:1", "", "http://reader:made-up@127.0.0.1:1"},
		{"http://reader:secret@127.0.0.1:1", "secret", "http://reader:xxxxx@127.0.0.1:1"},
		{"nats://made-up@127.0.0.1:1", "", "nats://made-up@127.0.0.1:1"},
		{"nats://s%20ecret@127.0.0.1:1", "s ecret", "nats://xxxxx@127.0.0.1:1"},
		{"", "secret", ""},
	} {
		if got := shownAddress(tt.address, tt.given); got != tt.want {
			t.Errorf("shownAddress(%q, %q) = %q, want %q", tt.address, tt.given, got, tt.want)
		}
	}
}

// TestPortsThatAreTaken: each says at once which flag picks another.
func TestPortsThatAreTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, flag := range []string{"--listen", "--nats-listen", "--clickhouse-listen"} {
		args := []string{"up", "--data", t.TempDir(), flag, l.Addr().String()}
		if flag != "--listen" {
			args = append(args, "--listen", "127.0.0.1:0")
		}
		if e := runProgram(t, "", args...); e.code != exitFailed || !strings.Contains(e.stderr, "another address with "+flag) {
			t.Errorf("%s: code %d, %s", flag, e.code, e.stderr)
		}
	}
}
