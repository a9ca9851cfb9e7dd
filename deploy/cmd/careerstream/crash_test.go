package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
)

// The program is killed with SIGKILL at random moments while it takes pages that
// keep changing. Whatever died and whenever: in the end nothing is missing,
// nothing double, and what is known is what an undisturbed run over the final
// pages knows.
//
// The long run is
//
//	go test ./deploy/cmd/careerstream -run TestCrash -crash.kills=100 -crash.pages=2000

var (
	crashKills = flag.Int("crash.kills", 12, "kills of the crash tests together")
	crashPages = flag.Int("crash.pages", 400, "pages of each crash test")
	crashSeed  = flag.Uint64("crash.seed", 0, "seed of the crash tests; 0 picks one")
)

// crash is a site whose pages change, and a count of what was done to its readers.
type crash struct {
	t     *testing.T
	rng   *rand.Rand
	data  string
	pages string
	// editions of the pages now, and the newest one given to any.
	editions []uint64
	newest   uint64
	// work counts pages that were rewritten since an ingest last came to its end,
	// and pace is the time that a page may take: it follows the machine, so that
	// a few of the ingests do come to their end.
	work int
	pace time.Duration

	target, kills, early, starts, ingests, gaveUp int
	feeder                                        *process
	// shaken says that an engine was killed during the feeder's life.
	shaken bool
}

func newCrash(t *testing.T, share int) *crash {
	t.Helper()
	seed := *crashSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("repeat the choices with -crash.seed=%d", seed)
	c := &crash{
		t: t, rng: rand.New(rand.NewPCG(seed, uint64(share))), data: t.TempDir(), pages: t.TempDir(),
		editions: make([]uint64, *crashPages), newest: 1, work: *crashPages, pace: 4 * time.Millisecond,
		// The kills are dealt to three tests.
		target: (*crashKills + share) / 3,
	}
	for i := range c.editions {
		c.write(i, 1)
	}
	return c
}

func (c *crash) write(i int, edition uint64) {
	c.t.Helper()
	c.editions[i] = edition
	if err := sample.Write(c.pages, sample.Generate(i, len(c.editions), edition)); err != nil {
		c.t.Fatal(err)
	}
}

// rewrite gives a random part of the pages a new edition, goes back to an
// earlier one, or writes the same bytes once more.
func (c *crash) rewrite() {
	c.t.Helper()
	share := 0.02 + 0.2*c.rng.Float64()
	for i := range c.editions {
		if c.rng.Float64() > share {
			continue
		}
		switch dice := c.rng.Float64(); {
		case dice < 0.7:
			c.newest++
			c.write(i, c.newest)
		case dice < 0.9 && c.editions[i] > 1:
			c.write(i, c.editions[i]-1)
		default:
			c.write(i, c.editions[i])
		}
		c.work++
	}
	c.work = min(c.work, len(c.editions))
}

// moment is a random stretch of the time that the work at hand takes.
func (c *crash) moment() time.Duration {
	whole := 200*time.Millisecond + time.Duration(c.work)*c.pace
	return time.Duration(c.rng.Float64() * float64(whole))
}

// outlives waits for a while and tells whether the process lives on.
func outlives(p *process, while time.Duration) bool {
	timer := time.NewTimer(while)
	defer timer.Stop()
	select {
	case <-p.done:
		return false
	case <-timer.C:
		return true
	}
}

func (c *crash) ingestArgs(where ...string) []string {
	return append([]string{"ingest", "--json", c.pages}, where...)
}

// ingest takes all pages undisturbed. What could not be processed is printed.
func (c *crash) ingest(where place) result {
	c.t.Helper()
	args := []string{"--data", c.data}
	if where.nats != "" {
		args = []string{"--nats", where.nats}
	}
	e := runProgram(c.t, "", c.ingestArgs(args...)...)
	if e.code != exitOK {
		letters := runProgram(c.t, "", append([]string{"dead", "list", "--json"}, where.flags()...)...)
		c.t.Fatalf("ingest ended with code %d:\n%s\n%s\ndead letters:\n%s%s", e.code, e.stdout, e.stderr, letters.stdout, letters.stderr)
	}
	return decodeOutput[result](c.t, e.stdout)
}

// judge looks at a process that ended by itself.
func (c *crash) judge(p *process) {
	c.t.Helper()
	if strings.Contains(p.log.String(), "panic") {
		c.t.Fatalf("panic:\n%s", p.log)
	}
	switch code := p.cmd.ProcessState.ExitCode(); {
	case code == exitOK:
		c.ingests++
		c.work = 0
		c.pace = max(c.pace*7/10, time.Millisecond)
	case c.shaken && code == exitFailed:
		// Its engines were killed under it before it had them.
		c.gaveUp++
	default:
		c.t.Fatalf("ingest ended with code %d:\n%s", code, p.log)
	}
}

// A: ingest owns the engines, runs the stages, and is killed.
func TestCrashIngest(t *testing.T) {
	t.Parallel()
	c := newCrash(t, 0)
	begin := time.Now()
	for c.kills < c.target {
		p := launch(t, c.data, c.ingestArgs("--data", c.data)...)
		c.starts++
		if outlives(p, c.moment()) {
			p.kill()
			c.kills++
			c.pace = c.pace * 11 / 10
		} else {
			c.judge(p)
		}
		c.rewrite()
	}
	took := time.Since(begin)
	last := c.ingest(place{data: c.data})
	startUp(t, c.data)
	c.prove(last, took, place{data: c.data})
}

// B: up owns the engines and is killed while ingest feeds it, which is killed,
// too, or comes back by itself.
func TestCrashUp(t *testing.T) {
	t.Parallel()
	c := newCrash(t, 1)
	address := crashAddress(t, c.rng)
	took := c.underFire([]string{"--data", c.data}, &service{data: c.data, args: []string{"--nats-listen", address, "--nats-token", "secret"}})
	last := c.ingest(place{data: c.data})
	c.prove(last, took, place{data: c.data})
}

// C: the broker is a process, the stages with ClickHouse are another, ingest is
// a third, and any of them is killed.
func TestCrashApart(t *testing.T) {
	t.Parallel()
	c := newCrash(t, 2)
	address, stages := crashAddress(t, c.rng), t.TempDir()
	nats := "nats://secret@" + address
	took := c.underFire([]string{"--nats", nats},
		&service{data: c.data, args: []string{"--stages", "none", "--nats-listen", address, "--nats-token", "secret"}},
		&service{data: stages, args: []string{"--nats", nats}})
	last := c.ingest(place{data: c.data, nats: nats})
	c.prove(last, took, place{data: stages, nats: nats})
}

// crashAddress is a free address outside of the range from which the system
// picks ports, so that nobody takes it while its owner is dead.
func crashAddress(t *testing.T, rng *rand.Rand) string {
	t.Helper()
	for range 100 {
		address := "127.0.0.1:" + strconv.Itoa(20_000+rng.IntN(10_000))
		if listener, err := net.Listen("tcp", address); err == nil {
			_ = listener.Close()
			return address
		}
	}
	t.Fatal("found no free port from 20000 to 29999")
	return ""
}

// service is an up that is started again whenever it was killed.
type service struct {
	data string
	args []string
	*process
}

// underFire kills services and the ingest that feeds them until the kills are
// done, then lets the last ingest end. It returns how long that took.
func (c *crash) underFire(where []string, services ...*service) time.Duration {
	c.t.Helper()
	begin := time.Now()
	for c.kills < c.target {
		for _, s := range services {
			c.revive(s)
		}
		if c.feeder == nil {
			c.rewrite()
			c.feeder = launch(c.t, c.data, c.ingestArgs(where...)...)
			c.shaken = false
		}
		if outlives(c.feeder, c.moment()) {
			c.fire(services)
			c.pace = c.pace * 11 / 10
		} else {
			c.judge(c.feeder)
			c.feeder = nil
		}
	}
	for _, s := range services {
		c.revive(s)
	}
	if c.feeder != nil {
		if outlives(c.feeder, 5*time.Minute) {
			c.t.Fatalf("ingest still runs 5 minutes after everything is back:\n%s\n%s", c.feeder.log, services[len(services)-1].log)
		}
		c.judge(c.feeder)
	}
	return time.Since(begin)
}

// fire kills one process, or several at once.
func (c *crash) fire(services []*service) {
	killed := false
	for !killed {
		for _, s := range services {
			if c.rng.Float64() < 0.6 {
				c.stillUp(s)
				s.kill()
				s.process = nil
				c.kills++
				c.shaken, killed = true, true
			}
		}
		if c.rng.Float64() < 0.3 {
			c.feeder.kill()
			c.feeder = nil
			c.kills++
			killed = true
			break
		}
	}
}

// stillUp fails the test when a service has ended by itself.
func (c *crash) stillUp(s *service) {
	c.t.Helper()
	select {
	case <-s.done:
		c.t.Fatalf("up ended by itself with code %d:\n%s", s.cmd.ProcessState.ExitCode(), s.log)
	default:
	}
}

// revive starts a service that was killed; now and then it is killed once more
// while it starts.
func (c *crash) revive(s *service) {
	c.t.Helper()
	if s.process != nil {
		c.stillUp(s)
		return
	}
	args := append([]string{"up", "--data", s.data, "--listen", "127.0.0.1:0"}, s.args...)
	if c.kills < c.target && c.rng.Float64() < 0.25 {
		p := launch(c.t, s.data, args...)
		c.starts++
		if outlives(p, time.Duration(c.rng.Float64()*float64(400*time.Millisecond))) {
			p.kill()
			c.kills++
			c.early++
		}
	}
	for range 3 {
		p := launch(c.t, s.data, args...)
		c.starts++
		if c.announced(s, p) {
			s.process = p
			return
		}
	}
	c.t.Fatal("up did not start")
}

// announced waits for the endpoint of an up. An ingest that found nobody up has
// taken the engines itself: it is killed, and false returned.
func (c *crash) announced(s *service, p *process) bool {
	c.t.Helper()
	patience := time.NewTimer(60 * time.Second)
	defer patience.Stop()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for {
		text, err := os.ReadFile(filepath.Join(s.data, "up.json"))
		var e datadir.Endpoint
		if err == nil && json.Unmarshal(text, &e) == nil && e.PID == p.cmd.Process.Pid {
			return true
		}
		owner, _ := os.ReadFile(filepath.Join(s.data, "lock"))
		if c.feeder != nil && strings.TrimSpace(string(owner)) == strconv.Itoa(c.feeder.cmd.Process.Pid) {
			c.feeder.kill()
			p.kill()
			c.feeder = nil
			c.kills++
			return false
		}
		select {
		case <-p.done:
			c.t.Fatalf("up ended by itself with code %d:\n%s", p.cmd.ProcessState.ExitCode(), p.log)
		case <-patience.C:
			c.t.Fatalf("up did not start within a minute:\n%s", p.log)
		case <-poll.C:
		}
	}
}

// place says where the commands find the engines.
type place struct{ data, nats string }

func (w place) flags() []string {
	if w.nats == "" {
		return []string{"--data", w.data}
	}
	return []string{"--data", w.data, "--nats", w.nats}
}

func (c *crash) String() string {
	return fmt.Sprintf("%d kills (%d at the start) of %d processes, %d ingests came to their end, %d gave up", c.kills, c.early, c.starts, c.ingests, c.gaveUp)
}
