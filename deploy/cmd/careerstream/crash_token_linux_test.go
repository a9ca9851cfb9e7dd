package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ClickHouse writes the token of an insert down just before it gives the part
// its name. A kill in between is the one moment at which the token alone would
// lose rows, and too short for chance: here the kernel says when a token is
// written, and the process is killed at once.
func TestCrashAtTheToken(t *testing.T) {
	t.Parallel()
	c := newCrash(t, 3)
	c.target = max(6, *crashKills/4)
	mustRun(t, c.ingestArgs("--data", c.data)...)
	tables := queryRows(t, c.data, `SELECT arrayJoin(data_paths) AS path FROM system.tables
		WHERE database = 'careerstream' AND name IN ('page_fetches', 'career_versions', 'careers', 'ingest_ledger')`)
	if len(tables) != 4 {
		t.Fatalf("paths of tables: %v", tables)
	}
	begin := time.Now()
	for c.kills < c.target {
		c.rewrite()
		tokens := watchTokens(t, tables)
		p := launch(t, c.data, c.ingestArgs("--data", c.data)...)
		c.starts++
		if killAtToken(p, tokens, 1+c.rng.IntN(8)) {
			c.kills++
		} else {
			c.judge(p)
		}
		if err := tokens.Close(); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(begin)
	last := c.ingest(place{data: c.data})
	startUp(t, c.data)
	c.prove(last, took, place{data: c.data})
}

// TestOutcomesAtTheToken does the same to the table of outcomes, where the first
// row of an identity counts and not the last.
func TestOutcomesAtTheToken(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	file := outcomesFile(t, t.TempDir(), 4000)
	parts := splitLines(t, file, 8)
	take := func(path string) []string { return []string{"quiz", "import", "--data", data, path} }
	mustRun(t, take(parts[0])...)
	tables := queryRows(t, data, `SELECT arrayJoin(data_paths) AS path FROM system.tables
		WHERE database = 'careerstream' AND name IN ('quiz_outcomes', 'ingest_ledger')`)
	if len(tables) != 2 {
		t.Fatalf("paths of tables: %v", tables)
	}
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	t.Logf("kills with seed %d", seed)
	kills, burnt, target := 0, 0, max(6, *quizKills/2)
	for round := 0; kills < target; round++ {
		tokens := watchTokens(t, tables)
		p := launch(t, data, take(parts[round%len(parts)])...)
		if killAtToken(p, tokens, 1+rnd.IntN(8)) {
			kills++
		}
		burnt += strings.Count(p.log.String(), "under another token")
		if err := tokens.Close(); err != nil {
			t.Fatal(err)
		}
	}
	last := runProgram(t, "", take(file)...)
	if last.code != exitOK {
		t.Fatalf("the last import ends with %d:\n%s", last.code, last.stderr)
	}
	burnt += strings.Count(last.stderr, "under another token")
	t.Logf("%d kills, %d burnt tokens", kills, burnt)
	mustRun(t, "reconcile", "--data", data)
	compareMatches(t, data, file)
}

// watchTokens opens a file from which something can be read whenever a table
// writes a token down (inotify(7)).
func watchTokens(t *testing.T, tables []map[string]any) *os.File {
	t.Helper()
	watch, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		folder := filepath.Join(table["path"].(string), "deduplication_logs")
		if _, err := syscall.InotifyAddWatch(watch, folder, syscall.IN_MODIFY); err != nil {
			t.Fatalf("watch %s: %v", folder, err)
		}
	}
	return os.NewFile(uintptr(watch), "tokens")
}

// killAtToken kills the process at the n-th token, and reports whether it lived
// so long.
func killAtToken(p *process, tokens *os.File, n int) bool {
	killed := make(chan struct{})
	go func() {
		buffer := make([]byte, 4096)
		for range n {
			if _, err := tokens.Read(buffer); err != nil {
				return // closed, since the process has ended
			}
		}
		if p.cmd.Process.Kill() == nil {
			close(killed)
		}
	}()
	<-p.done
	select {
	case <-killed:
		return p.cmd.ProcessState.ExitCode() == -1
	default:
		return false
	}
}
