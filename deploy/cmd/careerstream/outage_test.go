package main

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"careerstream/deploy/app"
	"careerstream/deploy/broker"
	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
)

// A ClickHouse outage must cost nothing but time: nothing is acknowledged or
// dead-lettered while it lasts, health says what to do, the stages before the
// sinks go on, and after the mend everything is stored by the same process.

const clickHousePassword = "right"

// clickHouse is a ClickHouse server in a process of its own.
type clickHouse struct {
	*process
	address string
}

// startClickHouse serves data on address; "" picks a port.
func startClickHouse(t *testing.T, data, address, password string) *clickHouse {
	t.Helper()
	if address == "" {
		address = freeAddress(t)
	}
	return &clickHouse{address: address, process: startUp(t, data,
		"--stages", "none", "--clickhouse-listen", address, "--clickhouse-password", password)}
}

// again starts it anew, after it has ended.
func (c *clickHouse) again(password string) {
	c.t.Helper()
	*c = *startClickHouse(c.t, c.data, c.address, password)
}

func (c *clickHouse) dsn() string {
	return fmt.Sprintf("http://careerstream:%s@%s", clickHousePassword, c.address)
}

func (c *clickHouse) signal(signal os.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(signal); err != nil {
		c.t.Fatal(err)
	}
}

// exec runs a statement as somebody who is logged in at the server's own host.
func (c *clickHouse) exec(sql string) {
	c.t.Helper()
	mustRun(c.t, "query", "--data", c.data, "--write", sql)
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// pipeline is an `up` whose ClickHouse is elsewhere.
type pipeline struct {
	*process
	conn  *broker.Conn
	pages int
}

func startPipeline(t *testing.T, dsn string, flags ...string) *pipeline {
	t.Helper()
	return &pipeline{process: startUp(t, t.TempDir(), append([]string{"--clickhouse", dsn}, flags...)...)}
}

// broker connects to the broker of the process.
func (p *pipeline) broker() *broker.Conn {
	p.t.Helper()
	if p.conn != nil {
		return p.conn
	}
	endpoint, ok, err := datadir.Dir(p.data).Endpoint(p.t.Context())
	if err != nil || !ok {
		p.t.Fatalf("no endpoint: %v", err)
	}
	if p.conn, err = broker.Connect(p.t.Context(), broker.ConnectConfig{URL: endpoint.NATS, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(p.disconnect)
	return p.conn
}

// disconnect closes what broker opened, before the process is stopped.
func (p *pipeline) disconnect() {
	if p.conn != nil {
		p.conn.Close()
		p.conn = nil
	}
}

// ingest takes n new pages and does not wait for what comes after.
func (p *pipeline) ingest(n int) {
	p.t.Helper()
	dir := p.t.TempDir()
	for range n {
		if err := sample.Write(dir, sample.Generate(p.pages, 1000, 1)); err != nil {
			p.t.Fatal(err)
		}
		p.pages++
	}
	mustRun(p.t, "ingest", "--data", p.data, "--no-wait", dir)
}

// lags returns what is left to do: of the stages together, and of the sinks.
func (p *pipeline) lags() (stages uint64, sinks map[string]uint64) {
	p.t.Helper()
	var lags []app.Lag
	p.asked(func() (err error) {
		lags, err = app.Lags(p.t.Context(), p.broker())
		return err
	})
	sinks = map[string]uint64{}
	for _, lag := range lags {
		switch lag.Stage {
		case "pages", "read", "records", "dead":
			sinks[lag.Stage] = lag.Left
		default:
			stages += lag.Left
		}
	}
	return stages, sinks
}

func (p *pipeline) outcome() (outcome app.Outcome) {
	p.t.Helper()
	p.asked(func() (err error) {
		outcome, err = app.Count(p.t.Context(), p.broker())
		return err
	})
	return outcome
}

// asked repeats a question to the broker, which may be starting anew.
func (p *pipeline) asked(question func() error) {
	p.t.Helper()
	var err error
	defer func() {
		if err != nil {
			p.t.Log(err)
		}
	}()
	p.waitFor("answer of the broker", 20*time.Second, func() bool {
		err = question()
		return err == nil
	})
}

// waitDrained waits until nothing is left to do and health is good again.
func (p *pipeline) waitDrained() {
	p.t.Helper()
	var stages uint64
	var sinks map[string]uint64
	var said string
	defer func() {
		if p.t.Failed() {
			p.t.Logf("left to the stages %d, to the sinks %v; health said %s", stages, sinks, said)
		}
	}()
	p.waitFor("end of the work", 30*time.Second, func() bool {
		var ready bool
		stages, sinks = p.lags()
		ready, said = p.ready()
		return ready && stages == 0 && sinks["pages"] == 0 && sinks["records"] == 0 && sinks["dead"] == 0
	})
}

// waitTrouble waits until health is bad for all these reasons.
func (p *pipeline) waitTrouble(reasons ...string) {
	p.t.Helper()
	var said string
	defer func() {
		if p.t.Failed() {
			p.t.Logf("health said %s", said)
		}
	}()
	p.waitFor(fmt.Sprintf("trouble that says %q", reasons), 20*time.Second, func() bool {
		var ready bool
		ready, said = p.ready()
		for _, reason := range reasons {
			if ready || !strings.Contains(said, reason) {
				return false
			}
		}
		return true
	})
}

// nothingStored takes new pages while ClickHouse is away: the stages go on, the
// sinks acknowledge nothing, and nothing is dead-lettered.
func (p *pipeline) nothingStored(n int, reasons ...string) {
	p.t.Helper()
	_, before := p.lags()
	published := p.outcome().Published
	p.ingest(n)
	p.waitFor("end of the stages", 20*time.Second, func() bool {
		stages, _ := p.lags()
		return stages == 0
	})
	p.waitTrouble(reasons...)
	grown := p.outcome().Published - published
	if grown < uint64(n) {
		p.t.Errorf("%d versions of %d pages were published: the stages stopped as well", grown, n)
	}
	_, sinks := p.lags()
	if want := before["pages"] + uint64(n); sinks["pages"] != want {
		p.t.Errorf("sink pages has %d to go, want %d: its mark moved in the outage", sinks["pages"], want)
	}
	if want := before["records"] + grown; sinks["records"] != want {
		p.t.Errorf("sink records has %d to go, want %d: its mark moved in the outage", sinks["records"], want)
	}
	if dead := p.outcome().Dead; dead != 0 {
		p.t.Errorf("%d dead letters in the outage", dead)
	}
}

// allStored checks that everything published is in ClickHouse once.
func (p *pipeline) allStored() {
	p.t.Helper()
	p.waitDrained()
	// A sink with nothing to store notices only now and then that its tables
	// were made anew.
	var proof ended
	p.waitFor("agreement of streams and tables", 20*time.Second, func() bool {
		proof = runProgram(p.t, "", "reconcile", "--data", p.data)
		return proof.code != exitIncomplete
	})
	if proof.code != exitOK {
		p.t.Errorf("reconcile: code %d\n%s%s", proof.code, proof.stdout, proof.stderr)
	}
	row := queryRows(p.t, p.data, `SELECT (SELECT count() FROM careers FINAL) AS careers,
		(SELECT count() FROM career_versions) AS versions, (SELECT uniqExact(slug, version) FROM career_versions) AS different,
		(SELECT count() FROM page_fetches) AS pages`)[0]
	published := fmt.Sprint(p.outcome().Published)
	want := map[string]string{"careers": fmt.Sprint(p.pages), "versions": published, "different": published, "pages": fmt.Sprint(p.pages)}
	for name, value := range want {
		if got := fmt.Sprint(row[name]); got != value {
			p.t.Errorf("ClickHouse holds %s %s, want %s", got, name, value)
		}
	}
	if dead := p.outcome().Dead; dead != 0 {
		p.t.Errorf("%d dead letters", dead)
	}
}

// quiet checks that outages made no more lines than they need: each of those
// who notice says that it began, of what kind it is, and that it is over.
func (p *pipeline) quiet(limit int) {
	p.t.Helper()
	lines := 0
	for line := range strings.SplitSeq(p.log.String(), "\n") {
		if strings.Contains(line, "WRN") || strings.Contains(line, "ERR") || strings.Contains(line, "recovered") || strings.Contains(line, "is ready") {
			lines++
		}
	}
	if lines == 0 || lines > limit {
		p.t.Errorf("%d lines about outages, want 1 to %d:\n%s", lines, limit, p.log)
	}
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t, t.TempDir(), "", "another")
	p := startPipeline(t, server.dsn())
	denied := []string{"ClickHouse refuses the login", "correct user, password or grants"}
	p.nothingStored(3, denied...)
	server.interrupt()
	server.again(clickHousePassword)
	p.allStored()
	server.interrupt()
	server.again("changed")
	p.nothingStored(3, denied...)
	server.interrupt()
	server.again(clickHousePassword)
	p.allStored()
	p.quiet(40)
}

func TestDroppedTables(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t, t.TempDir(), "", clickHousePassword)
	p := startPipeline(t, server.dsn())
	p.ingest(3)
	p.allStored()
	for _, statement := range []string{"DROP TABLE careers SYNC", "DROP TABLE ingest_ledger SYNC"} {
		server.exec(statement)
		p.ingest(3)
		p.waitTrouble("table or column is missing", "run careerstream migrate")
		if e := runProgram(t, "", "migrate", "--data", p.data); e.code != exitFailed || !strings.Contains(e.stderr, "migrate --rebuild") {
			t.Errorf("migrate after %s: code %d, %s", statement, e.code, e.stderr)
		}
		mustRun(t, "migrate", "--data", p.data, "--rebuild")
		p.allStored()
	}
	server.exec("DROP DATABASE careerstream SYNC")
	p.nothingStored(3, "table or column is missing", "run careerstream migrate")
	mustRun(t, "migrate", "--data", p.data)
	p.allStored()
	server.exec("DROP VIEW career_duties SYNC")
	mustRun(t, "migrate", "--data", p.data)
	queryRows(t, p.data, "SELECT count() FROM career_duties")
	// 12 sinks, three times; a line for each of the two kinds under which dropped
	// tables show (missing, and not in step with the mark), and one at the end. A
	// line a try would be twice as many.
	p.quiet(12 * 3 * 3)
}

// TestRebuildWhileUp drops and mends before a sink has anything to store.
func TestRebuildWhileUp(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t, t.TempDir(), "", clickHousePassword)
	p := startPipeline(t, server.dsn())
	p.ingest(3)
	p.allStored()
	mustRun(t, "migrate", "--data", p.data, "--rebuild")
	p.ingest(1)
	p.allStored()
}

func TestClickHouseKilledAndFrozen(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t, t.TempDir(), "", clickHousePassword)
	p := startPipeline(t, server.dsn())
	p.ingest(3)
	p.allStored()
	unavailable := []string{"ClickHouse does not answer", "start ClickHouse or correct --clickhouse"}
	server.signal(syscall.SIGSTOP)
	p.nothingStored(3, unavailable...)
	server.signal(syscall.SIGCONT)
	p.allStored()
	// Killed while it holds a batch.
	server.signal(syscall.SIGSTOP)
	p.ingest(3)
	p.waitTrouble(unavailable...)
	server.kill()
	p.nothingStored(3, unavailable...)
	server.again(clickHousePassword)
	p.allStored()
	p.quiet(40)
}
