package e2e

import (
	"flag"
	"fmt"
	"io"
	"math"
	"syscall"
	"testing"
	"time"

	"careerstream/publish/report"
	"careerstream/publish/store"
)

var benchMatches = flag.Int("report.matches", 10_000_000, "matches that BenchmarkReports makes, ten an outcome")

// BenchmarkReports asks each report's question of the views and of the stored
// outcomes, over outcomes of 90 days and 800 careers, a tenth of them stored
// twice. Both give the same answer, which is checked. It prints the least time of
// all runs of each, until the last byte of the answer is there, the processor time,
// which does not depend on who else uses the machine, and how many times less
// the view takes. The view is asked five times as often.
//
//	go test ./deploy/e2e -run '^$' -bench Reports -benchtime 10x
func BenchmarkReports(b *testing.B) {
	s := openStore(b)
	exec := func(sql string) {
		b.Helper()
		if err := s.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	const names = "outcome_id, quiz, taken_at, entry_career, chosen, `traits.name`, `traits.value`, `matches.career`, `matches.score`, `matches.rank`, _stream"
	exec("INSERT INTO quiz_outcomes (" + names + ", _seq) " + fmt.Sprintf(`
SELECT reinterpretAsUUID(sipHash128(number)), 'bench', toDateTime64('2026-10-31 23:59:59', 3, 'UTC') - toIntervalSecond(intHash32(number) %% (90 * 86400)),
    if(number %% 10 < 7, 'career-' || toString(cars[1 + number %% 3]), ''), if(number %% 4 = 0, 'career-' || toString(cars[1]), ''),
    ['artistic', 'conventional', 'enterprising', 'investigative', 'realistic', 'social'], arrayMap(i -> (sipHash64(number, i) %% 10001) / 10000, range(6)),
    arrayMap(c -> 'career-' || toString(c), cars), arrayMap(i -> 0.97 - i * 0.04 - (sipHash64(number, i + 7) %% 300) / 10000, range(10)), arrayMap(i -> toUInt16(i + 1), range(10)),
    'QUIZ', number + 1
FROM (SELECT number, arrayMap(i -> (toUInt64(pow((sipHash64(number) %% 10007) / 10007, 2) * 800) + i * (1 + 2 * (sipHash64(number, 99) %% 400))) %% 800, range(10)) AS cars FROM numbers(%d))`, *benchMatches/10))
	exec("INSERT INTO quiz_outcomes (" + names + ", _seq) SELECT " + names + ", _seq + 1000000000 FROM quiz_outcomes WHERE _seq % 10 = 0")
	begin := time.Now()
	refresh(b, s)
	b.Logf("computed all days in %v", time.Since(begin))
	refresh(b, s)
	begin = time.Now()
	refresh(b, s) // two runs with nothing to do
	b.Logf("a look for changes takes %v", time.Since(begin)/2)
	exec("INSERT INTO quiz_outcomes (" + names + ", _seq) SELECT " + names + ", _seq + 2000000000 FROM quiz_outcomes LIMIT 1")
	begin = time.Now()
	refresh(b, s)
	b.Logf("computed one day in %v", time.Since(begin)/2)
	exec("SYSTEM STOP VIEW match_days_refresh") // what it uses would count for whoever asks meanwhile

	const (
		all    = "taken_at >= '2026-08-03'" // every match
		period = "(since = '2026-08-03', until = '2026-10-31')"
	)
	for _, question := range []struct{ name, view, raw, key string }{
		{"trends-one-career", "match_trends_daily WHERE career = 'career-3'", "(" + rawTrends(b, s, all) + ") WHERE career = 'career-3'", "day"},
		{
			"trends-30-days", "match_trends_daily WHERE day BETWEEN '2026-10-02' AND '2026-10-31'",
			"(" + rawTrends(b, s, "taken_at >= '2026-09-25'") + ") WHERE day BETWEEN '2026-10-02' AND '2026-10-31'", "day, career",
		},
		{"trends-everything", "match_trends_daily", "(" + rawTrends(b, s, all) + ")", "day, career"},
		{
			"leaderboard-30-days", "match_leaderboard(since = '2026-10-02', until = '2026-10-31')",
			"(" + rawLeaderboard(b, s, "2026-10-02", "2026-10-31", "taken_at >= '2026-09-02'") + ")", "position, career",
		},
		{
			"leaderboard-everything", "match_leaderboard(since = '2026-09-17', until = '2026-10-31')",
			"(" + rawLeaderboard(b, s, "2026-09-17", "2026-10-31", all) + ")", "position, career",
		},
		{"funnel", "match_funnel" + period, "(" + rawFunnel(b, s) + ")", "entry_career"},
		{"traits", "match_traits" + period, "(" + rawTraits(b, s) + ")", "career, trait"},
	} {
		b.Run(question.name, func(b *testing.B) {
			compareAnswers(b, s, "SELECT * FROM "+question.view+" ORDER BY "+question.key, "SELECT * FROM "+question.raw+" ORDER BY "+question.key)
			view, raw := quickest(), quickest()
			for b.Loop() {
				raw.ask(b, s, question.raw)
				for range 5 {
					view.ask(b, s, question.view)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(view.wall.Seconds()*1000, "view-ms")
			b.ReportMetric(raw.wall.Seconds()*1000, "raw-ms")
			b.ReportMetric(raw.wall.Seconds()/view.wall.Seconds(), "times-faster")
			b.ReportMetric(view.cpu.Seconds()*1000, "view-cpu-ms")
			b.ReportMetric(raw.cpu.Seconds()*1000, "raw-cpu-ms")
			b.ReportMetric(raw.cpu.Seconds()/view.cpu.Seconds(), "times-less-cpu")
		})
	}
	for _, name := range []string{report.TrendsName, report.LeaderboardName, report.FunnelName, report.TraitsName} {
		b.Run("report/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := report.Make(b.Context(), s, name, report.Options{Top: 12, Now: time.Now()}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// least is the least time and processor time of several runs.
type least struct{ wall, cpu time.Duration }

func quickest() least { return least{time.Hour, time.Hour} }

// ask takes the answer and forgets it.
func (l *least) ask(b *testing.B, s *store.Store, from string) {
	begin, used := time.Now(), processorTime(b)
	if err := s.Raw(b.Context(), io.Discard, "SELECT * FROM "+from, "Native", nil, nil); err != nil {
		b.Fatal(err)
	}
	l.wall, l.cpu = min(l.wall, time.Since(begin)), min(l.cpu, processorTime(b)-used)
}

// processorTime is what the process has used, the engine in it included.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// compareAnswers checks that two statements give the same rows. Means of the
// stored values differ from those of whole millionths, by half a millionth.
func compareAnswers(b *testing.B, s *store.Store, one, other string) {
	b.Helper()
	var answers [2]store.Result
	for i, sql := range []string{one, other} {
		var err error
		if answers[i], err = s.Query(b.Context(), sql, store.QueryOptions{ReadOnly: true}); err != nil {
			b.Fatal(err)
		}
	}
	if len(answers[0].Rows) != len(answers[1].Rows) || len(answers[0].Rows) == 0 {
		b.Fatalf("%d rows against %d of %s", len(answers[0].Rows), len(answers[1].Rows), other)
	}
	for i, row := range answers[0].Rows {
		for j, value := range row {
			column := answers[0].Columns[j]
			want, got := column.Text(value), answers[1].Columns[j].Text(answers[1].Rows[i][j])
			var x, y float64
			if _, err := fmt.Sscan(want+" "+got, &x, &y); want != got && (err != nil || math.Abs(x-y) > 1e-6) {
				b.Fatalf("row %d: %s %s against %s", i, column.Name, want, got)
			}
		}
	}
}
