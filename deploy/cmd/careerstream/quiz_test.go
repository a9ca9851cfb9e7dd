package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/deploy/datadir"
	"careerstream/publish/intake"
	"careerstream/publish/reconcile"
	"careerstream/schemas/outcome"
	"careerstream/schemas/subject"
)

var (
	crashOutcomes = flag.Int("quiz.outcomes", 30_000, "different outcomes of the crash test")
	quizKills     = flag.Int("quiz.kills", 8, "how often the crash test kills the sinks")
)

// outcomeText is a good outcome with a number.
func outcomeText(number int, session string) string {
	return fmt.Sprintf(`{"outcome_id":"00000000-0000-4000-8000-%012d","quiz":"career-match","taken_at":"2026-05-%02dT09:30:00Z","session":%q,`+
		`"traits":{"social":0.5},"matches":[{"career":"no-such-career","score":0.9,"rank":1},{"career":"nurse","score":0.8,"rank":2}],"chosen":"nurse"}`,
		number, number%28+1, session)
}

// post sends a body to POST /v1/outcomes.
func post(t *testing.T, base, token, media string, body io.Reader) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/v1/outcomes", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", media)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func endpointOf(t *testing.T, data string) datadir.Endpoint {
	t.Helper()
	endpoint, ok, err := datadir.Dir(data).Endpoint(t.Context())
	if err != nil || !ok {
		t.Fatalf("no endpoint: %v", err)
	}
	return endpoint
}

// stored waits until a query gives a number.
func (p *process) stored(sql string, want float64) {
	p.t.Helper()
	p.waitFor(fmt.Sprintf("%v of %s", want, sql), 60*time.Second, func() bool {
		// The tables are made a moment after the start.
		e := runProgram(p.t, "", "query", "--data", p.data, "--json", "SELECT toFloat64(("+sql+")) AS n")
		return e.code == 0 && strings.Contains(e.stdout, fmt.Sprintf(`{"n":%v}`, want))
	})
}

func TestOutcomesOverHTTP(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	up := startUp(t, data, "--write-token", "secret", "--outcome-rate", "1000")
	web := endpointOf(t, data).Web

	single := outcomeText(1, "s")
	for range 2 {
		response, text := post(t, web, "secret", "application/json", strings.NewReader(single))
		if response.StatusCode != http.StatusAccepted {
			t.Errorf("single: %s %s", response.Status, text)
		}
	}
	refusals := []struct {
		name, token, media string
		body               io.Reader
		status             int
		says               string
	}{
		{"no token", "", "application/json", strings.NewReader(single), 401, "token"},
		{"wrong token", "secreT", "application/json", strings.NewReader(single), 401, "token"},
		{"XML", "secret", "text/xml", strings.NewReader(single), 415, "ndjson"},
		{"broken rule", "secret", "application/json", strings.NewReader(strings.Replace(single, "0.9", "1.9", 1)), 422, `"field":"matches[0].score"`},
		{"truncated", "secret", "application/json", strings.NewReader(single[:90]), 422, "no JSON object"},
		{"50 MiB", "secret", "application/json", io.LimitReader(zeros{}, 50<<20), 413, "bytes"},
		{"too many", "secret", "application/x-ndjson", strings.NewReader(strings.Repeat("\n", 30_000)), 413, "outcomes"},
	}
	for _, tt := range refusals {
		response, text := post(t, web, tt.token, tt.media, tt.body)
		if response.StatusCode != tt.status || !strings.Contains(text, tt.says) {
			t.Errorf("%s: %s %s, want %d and %q", tt.name, response.Status, text, tt.status, tt.says)
		}
		if got := response.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: content type %s", tt.name, got)
		}
	}
	// Bad lines between good ones.
	lines := []string{
		outcomeText(2, "s"), strings.Replace(outcomeText(3, "s"), `"quiz"`, `"quis"`, 1), outcomeText(4, "s"), "", "{",
		strings.Replace(outcomeText(5, "s"), `"rank":2`, `"rank":7`, 1), outcomeText(6, "s"),
	}
	response, text := post(t, web, "secret", "application/x-ndjson", strings.NewReader(strings.Join(lines, "\n")))
	result := decodeOutput[intake.Result](t, text)
	if response.StatusCode != 202 || result.Accepted != 3 || result.Refused != 3 {
		t.Errorf("lines: %s %s", response.Status, text)
	}
	for i, want := range []struct {
		line  int
		field string
	}{{2, "quiz"}, {5, ""}, {6, "matches[1].rank"}} {
		if p := result.Problems[i]; p.Line != want.line || p.Field != want.field || p.Status != 422 {
			t.Errorf("problem %d: %+v, want line %d, field %s", i, p, want.line, want.field)
		}
	}
	// More than the rate allows.
	var tooMany strings.Builder
	for range 19_000 {
		tooMany.WriteByte('\n')
	}
	_, _ = post(t, web, "secret", "application/x-ndjson", strings.NewReader(tooMany.String()))
	response, text = post(t, web, "secret", "application/x-ndjson", strings.NewReader(tooMany.String()))
	if response.StatusCode != 429 || response.Header.Get("Retry-After") == "" {
		t.Errorf("over the rate: %s, Retry-After %q, %s", response.Status, response.Header.Get("Retry-After"), text)
	}
	up.stored("SELECT count() FROM quiz_outcomes", 4)
	rows := queryRows(t, data, "SELECT career, unknown FROM quiz_matches WHERE rank = 1 GROUP BY ALL")
	if len(rows) != 1 || rows[0]["career"] != "no-such-career" || rows[0]["unknown"] == 0.0 || rows[0]["unknown"] == false {
		t.Errorf("an unknown career is not flagged: %v", rows)
	}

	closed := startUp(t, t.TempDir())
	response, text = post(t, endpointOf(t, closed.data).Web, "secret", "application/json", strings.NewReader(single))
	if response.StatusCode != 403 || !strings.Contains(text, "--write-token") {
		t.Errorf("without a token: %s %s", response.Status, text)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '0'
	}
	return len(b), nil
}

// TestOutcomesFromPlainClient publishes what is bad beside what is good straight
// to the stream: the bad becomes dead letters that name the field.
func TestOutcomesFromPlainClient(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	up := startUp(t, data)
	nc, err := nats.Connect(endpointOf(t, data).NATS)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	send := func(body string) {
		t.Helper()
		if _, err := nc.Request(subject.QuizIntake, []byte(body), 5*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	many := &strings.Builder{}
	for i := range 10_000 {
		fmt.Fprintf(many, `{"career":"c-%d","score":0.5,"rank":%d},`, i, i+1)
	}
	send(outcomeText(1, "first"))
	send(strings.Replace(outcomeText(2, "bad"), "0.9", "-1", 1))
	send(outcomeText(3, "x")[:60])
	send(strings.Replace(outcomeText(4, "bad"), "[", "["+many.String(), 1))
	send(strings.Replace(outcomeText(5, "bad"), "2026-05", "2099-05", 1))
	send(outcomeText(6, "x"))
	// A repeat with other content, in another month: the first one counts.
	send(strings.Replace(strings.Replace(outcomeText(1, "second"), "2026-05", "2026-04", 1), "no-such-career", "chef", 1))
	up.stored("SELECT count() FROM quiz_outcomes FINAL", 2)
	up.stored("SELECT count() FROM dead_letters", 4)
	for field, want := range map[string]float64{"matches[0].score": 1, "no JSON object": 1, "matches has 10002 careers": 1, "taken_at": 1} {
		rows := queryRows(t, data, "SELECT toFloat64(count()) AS n FROM dead_letters WHERE stage LIKE 'quiz-%' AND position(reason, '"+field+"') > 0")
		if rows[0]["n"] != want {
			t.Errorf("%v dead letters name %s, want %v", rows[0]["n"], field, want)
		}
	}
	rows := queryRows(t, data, "SELECT session, toString(taken_at) AS at FROM quiz_outcomes FINAL WHERE outcome_id = '00000000-0000-4000-8000-000000000001'")
	if len(rows) != 1 || rows[0]["session"] != "first" {
		t.Errorf("of two with one outcome_id: %v", rows)
	}
	// A condition on the time must not bring back the repeat by leaving out the
	// month of the first.
	for _, from := range []string{"quiz_outcomes FINAL", "quiz_matches"} {
		if rows := queryRows(t, data, "SELECT session FROM "+from+" WHERE taken_at < '2026-05-01'"); len(rows) != 0 {
			t.Errorf("%s of April: %v", from, rows)
		}
	}
	if rows := queryRows(t, data, "SELECT career FROM quiz_matches WHERE career = 'chef'"); len(rows) != 0 {
		t.Errorf("a repeat left a match behind: %v", rows)
	}
	report := decodeOutput[reconcile.Report](t, mustRun(t, "reconcile", "--data", data, "--json"))
	for _, s := range report.Streams {
		if s.Sink == "quiz" && (s.Published != 7 || s.Stored+s.Repeated != 3 || s.DeadLettered != 4) {
			t.Errorf("reconcile: %+v", s)
		}
	}
	// Forgetting reaches the dead letters too.
	out := mustRun(t, "forget", "--data", data, "--session", "bad")
	if !strings.Contains(out, "erased 3 messages, 3 dead letters") || !strings.Contains(out, "0 left") {
		t.Errorf("forget: %s", out)
	}
	mustRun(t, "reconcile", "--data", data)
}

// sinksUp starts a process that runs the sinks of outcomes on the engines of
// another one.
func sinksUp(t *testing.T, engines datadir.Endpoint) *process {
	t.Helper()
	return launch(t, "", "up", "--nats", engines.NATS, "--clickhouse", engines.ClickHouse, "--stages", "quiz", "--listen", "127.0.0.1:0")
}

// publishPlain publishes a file of outcomes as a plain client: the first time
// with a message id, a repeat without, so that it is stored in the stream again.
func publishPlain(t *testing.T, js jetstream.JetStream, path string) (messages int) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var reader outcome.Reader
	seen := map[string]bool{}
	var acks []jetstream.PubAckFuture
	for scanner := bufio.NewScanner(file); scanner.Scan(); messages++ {
		body := bytes.Clone(scanner.Bytes())
		row, err := reader.Read(nil, body, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		msg := &nats.Msg{Subject: subject.QuizOutcome(row.UUID()), Data: body, Header: nats.Header{}}
		if !seen[row.UUID()] {
			seen[row.UUID()] = true
			msg.Header.Set(jetstream.MsgIDHeader, row.UUID())
		}
		ack, err := js.PublishMsgAsync(msg)
		if err != nil {
			t.Fatal(err)
		}
		if acks = append(acks, ack); len(acks) == 1000 {
			await(t, acks)
			acks = acks[:0]
		}
	}
	await(t, acks)
	return messages
}

func await(t *testing.T, acks []jetstream.PubAckFuture) {
	t.Helper()
	for _, ack := range acks {
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			t.Fatal(err)
		}
	}
}

// TestOutcomesSurviveKills publishes outcomes with repeats and late ones while
// the process that stores them is killed again and again. Every figure must be
// the one that a plain program computes from the file.
func TestOutcomesSurviveKills(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	file := outcomesFile(t, t.TempDir(), *crashOutcomes)
	engines := startUp(t, data, "--stages", "none")
	endpoint := endpointOf(t, data)
	nc, err := nats.Connect(endpoint.NATS)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	messages := make(chan int, 1)
	go func() { messages <- publishPlain(t, js, file) }()
	seed := rand.Uint64()
	t.Logf("kills with seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range *quizKills {
		sinks := sinksUp(t, endpoint)
		timer := time.NewTimer(400*time.Millisecond + time.Duration(rnd.IntN(2000))*time.Millisecond)
		select {
		case <-timer.C:
		case <-sinks.done:
			t.Fatalf("the sinks ended by themselves:\n%s", sinks.log)
		}
		sinks.kill()
	}
	sinks := sinksUp(t, endpoint)
	want := <-messages
	var report reconcile.Report
	sinks.waitFor("everything stored", 5*time.Minute, func() bool {
		e := runProgram(t, "", "reconcile", "--data", data, "--json")
		if e.code != exitOK && e.code != exitIncomplete {
			return false
		}
		report = decodeOutput[reconcile.Report](t, e.stdout)
		return report.OK
	})
	for _, s := range report.Streams {
		if s.Sink == "quiz" && (s.Published != uint64(want) || s.Missing.Count+s.Double.Count+s.DeadLettered != 0) {
			t.Errorf("reconcile: %+v, want %d published", s, want)
		}
	}
	rows := queryRows(t, data, "SELECT toFloat64(count()) AS n, toFloat64(uniqExact(outcome_id)) AS ids FROM quiz_outcomes FINAL")
	if n := float64(*crashOutcomes); rows[0]["n"] != n || rows[0]["ids"] != n {
		t.Errorf("rows and ids: %v, want %v", rows[0], n)
	}
	compareMatches(t, data, file)
	compareReplay(t, data, file)
	engines.kill()
}

// counts of one career.
type counts struct{ matched, first, chosen int }

// compareMatches holds the table against a computation over the file.
func compareMatches(t *testing.T, data, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	seen, want := map[string]bool{}, map[string]counts{}
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var o outcome.Outcome
		if err := json.Unmarshal(scanner.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		if seen[o.OutcomeID] {
			continue
		}
		seen[o.OutcomeID] = true
		for _, m := range o.Matches {
			c := want[m.Career]
			c.matched++
			if m.Rank == 1 {
				c.first++
			}
			if m.Career == o.Chosen {
				c.chosen++
			}
			want[m.Career] = c
		}
	}
	rows := queryRows(t, data, "SELECT career, toFloat64(count()) AS matched, toFloat64(countIf(rank = 1)) AS first, toFloat64(countIf(is_chosen)) AS chosen FROM quiz_matches GROUP BY career")
	if len(rows) != len(want) {
		t.Errorf("%d careers, want %d", len(rows), len(want))
	}
	for _, row := range rows {
		got := counts{int(row["matched"].(float64)), int(row["first"].(float64)), int(row["chosen"].(float64))}
		if got != want[row["career"].(string)] {
			t.Errorf("%v: %+v, want %+v", row["career"], got, want[row["career"].(string)])
		}
	}
}

// TestOutcomesShared: two processes share the partitions; when one dies, the
// other has all of them within seconds.
func TestOutcomesShared(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	engines := startUp(t, data, "--stages", "none")
	endpoint := endpointOf(t, data)
	first := sinksUp(t, endpoint)
	nc, err := nats.Connect(endpoint.NATS)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	marks, err := js.KeyValue(t.Context(), "marks")
	if err != nil {
		t.Fatal(err)
	}
	owners := func() map[int]int {
		held := map[int]int{}
		for partition := range subject.QuizPartitions {
			entry, err := marks.Get(t.Context(), fmt.Sprintf("quiz-%d", partition))
			if err != nil {
				continue
			}
			var m struct {
				Owner struct {
					PID int `json:"pid"`
				} `json:"owner"`
			}
			if err := json.Unmarshal(entry.Value(), &m); err == nil && m.Owner.PID != 0 {
				held[m.Owner.PID]++
			}
		}
		return held
	}
	first.waitFor("all partitions at the first", 60*time.Second, func() bool {
		return owners()[first.cmd.Process.Pid] == subject.QuizPartitions
	})
	second := sinksUp(t, endpoint)
	second.waitFor("two partitions each", 60*time.Second, func() bool {
		held := owners()
		return held[first.cmd.Process.Pid] == 2 && held[second.cmd.Process.Pid] == 2
	})
	first.kill()
	begin := time.Now()
	for i := range 200 {
		if _, err := nc.Request(subject.QuizOutcome(fmt.Sprint(i)), []byte(outcomeText(i+1, "s")), 5*time.Second); err != nil {
			t.Fatal(err)
		}
	}
	second.waitFor("all partitions at the second", 30*time.Second, func() bool {
		return owners()[second.cmd.Process.Pid] == subject.QuizPartitions
	})
	t.Logf("taken over after %v", time.Since(begin).Round(time.Millisecond))
	engines.stored("SELECT count() FROM quiz_outcomes FINAL", 200)
	t.Logf("everything stored after %v", time.Since(begin).Round(time.Millisecond))
}

// TestForgetSurvivesKill kills the command in the middle, and repeats it.
func TestForgetSurvivesKill(t *testing.T) {
	t.Parallel()
	data, file := t.TempDir(), filepath.Join(t.TempDir(), "outcomes.ndjson")
	var lines strings.Builder
	const mine, others = 300, 700
	for i := range mine + others {
		session := "keep"
		if i < mine {
			session = "forget-me"
		}
		fmt.Fprintln(&lines, outcomeText(i+1, session))
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	up := startUp(t, data)
	mustRun(t, "quiz", "import", "--data", data, file)
	for i := range 3 {
		forget := launch(t, data, "forget", "--data", data, "--session", "forget-me")
		timer := time.NewTimer(time.Duration(100+150*i) * time.Millisecond)
		select {
		case <-timer.C:
		case <-forget.done:
		}
		forget.kill()
	}
	if out := mustRun(t, "forget", "--data", data, "--session", "forget-me"); !strings.Contains(out, "0 left") {
		t.Error(out)
	}
	up.stored("SELECT count() FROM quiz_outcomes", others)
	mustRun(t, "reconcile", "--data", data)
	e := runProgram(t, "", "forget", "--data", data, "--session", "")
	if e.code == 0 {
		t.Error("an empty session is forgotten")
	}
}
