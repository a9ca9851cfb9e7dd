package e2e

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"careerstream/publish/report"
	"careerstream/publish/store"
)

var benchMatches = flag.Int("report.matches", 10_000_000, "matches that BenchmarkReports makes, ten an outcome")

// BenchmarkReports asks each report's question of the views and of the raw
// table, over outcomes of 90 days and 800 careers, a tenth of them stored twice.
//
//	go test ./deploy/e2e -run '^$' -bench Reports -benchtime 5x
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

	const (
		// Every question is about all matches.
		period = "(since = '2026-08-03', until = '2026-10-31')"
		halves = "(since = '2026-09-17', until = '2026-10-31')"
	)
	for _, question := range []struct{ name, view, raw string }{
		{
			"trends-one-career", "SELECT * FROM match_trends_daily WHERE career = 'career-3'",
			"SELECT toDate(taken_at) AS day, count(), countIf(rank = 1), countIf(rank <= 3), countIf(rank <= 10), avg(score) FROM quiz_matches WHERE career = 'career-3' GROUP BY day",
		},
		{
			"trends-all", "SELECT * FROM match_trends_daily",
			"SELECT toDate(taken_at) AS day, career, count(), countIf(rank = 1), countIf(rank <= 3), countIf(rank <= 10), avg(score) FROM quiz_matches GROUP BY day, career",
		},
		{
			"leaderboard", "SELECT * FROM match_leaderboard" + halves,
			"SELECT career, countIf(taken_at >= '2026-09-17') AS now, count() - now, countIf(rank = 1), countIf(rank <= 3), countIf(chosen = career), avg(score) FROM quiz_matches GROUP BY career ORDER BY now DESC",
		},
		{
			"funnel", "SELECT * FROM match_funnel" + period,
			"SELECT entry_career, uniqExact(outcome_id), countIf(career = entry_career), countIf(career = entry_career AND chosen = career) FROM quiz_matches GROUP BY entry_career",
		},
		{
			"traits", "SELECT * FROM match_traits" + period,
			"SELECT career, trait, avg(v) FROM (SELECT career, `traits.name` AS names, `traits.value` AS vs FROM quiz_outcomes FINAL ARRAY JOIN `matches.career` AS career) ARRAY JOIN names AS trait, vs AS v GROUP BY career, trait",
		},
	} {
		for kind, sql := range map[string]string{"view": question.view, "raw": question.raw} {
			b.Run(question.name+"/"+kind, func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Query(b.Context(), sql, store.QueryOptions{ReadOnly: true}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
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
