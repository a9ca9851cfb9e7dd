package e2e

import (
	"strings"
	"testing"

	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
)

// view is the newest definition of a view as a query, with its parameters
// filled in.
func view(t testing.TB, s *store.Store, name string, parameters ...string) string {
	t.Helper()
	steps, err := clickhouse.Migrations(clickhouse.Target{Name: s.Database()})
	if err != nil {
		t.Fatal(err)
	}
	sql := ""
	for _, step := range steps {
		if strings.HasPrefix(step.Name, name) && strings.Contains(step.Statement, "`."+name+" AS\n") {
			_, sql, _ = strings.Cut(step.Statement, " AS\n")
		}
	}
	sql, _, ok := strings.Cut(sql, "\nCOMMENT '")
	if !ok {
		t.Fatalf("no view %s", name)
	}
	return strings.NewReplacer(parameters...).Replace(sql)
}

// replace puts text in the place of what stands from a mark up to another.
func replace(t testing.TB, sql, from, upTo, text string) string {
	t.Helper()
	before, rest, found := strings.Cut(sql, from)
	_, after, ended := strings.Cut(rest, upTo)
	if !found || !ended {
		t.Fatalf("%q up to %q is not in %s", from, upTo, sql)
	}
	return before + text + upTo + after
}

// rawTrends is the view match_trends_daily with the stored outcomes for its
// source, those that the condition lets pass.
func rawTrends(t testing.TB, s *store.Store, where string) string {
	days := "`" + s.Database() + "`.match_days"
	sql := replace(t, view(t, s, "match_trends_daily"), "FROM "+days+" FINAL\n        ARRAY JOIN", "        GROUP BY career", `FROM
        (
            SELECT toDate(taken_at) AS day, career, count() AS n, countIf(rank = 1) AS n1, countIf(rank <= 3) AS n3, countIf(rank <= 10) AS n10, sum(score) * 1000000 AS s
            FROM quiz_matches WHERE `+where+` GROUP BY day, career
        )
`)
	sql = strings.ReplaceAll(sql, "(d, 0, 0, 0, 0, 0)", "(d, 0, 0, 0, 0, 0.)")
	return replace(t, sql, "SELECT day, outcomes FROM "+days, " ORDER BY day WITH FILL",
		"SELECT toDate(taken_at) AS day, count() AS outcomes FROM quiz_outcomes FINAL WHERE "+where+" GROUP BY day")
}

// rawLeaderboard is the view match_leaderboard of a period likewise.
func rawLeaderboard(t testing.TB, s *store.Store, since, until, where string) string {
	sql := view(t, s, "match_leaderboard", "{since:Date}", "'"+since+"'", "{until:Date}", "'"+until+"'")
	sql = replace(t, sql, "WITH day >= toDate(", "SELECT", "WITH taken_at >= '"+since+"' AS now, 1 AS n, rank = 1 AS n1, rank BETWEEN 1 AND 3 AS n3, points * 1000000 AS s, career = choice AS c\n")
	return replace(t, sql, "FROM `"+s.Database()+"`.match_days AS m FINAL", "            GROUP BY career", `FROM (SELECT taken_at, chosen AS choice, matches.career AS careers, matches.rank AS ranks, matches.score AS scores FROM quiz_outcomes FINAL WHERE `+where+`)
            ARRAY JOIN arrayPushFront(careers, '') AS career, arrayPushFront(ranks, 0) AS rank, arrayPushFront(scores, 0.) AS points
`)
}

// rawFunnel is the view match_funnel likewise.
func rawFunnel(t testing.TB, s *store.Store) string {
	sql := replace(t, view(t, s, "match_funnel"), "SELECT career AS entry_career,", ") AS counts", `SELECT *
    FROM
    (
        SELECT entry_career, count() AS tests, countIf(rank > 0) AS matched, countIf(rank BETWEEN 1 AND 3) AS top3, countIf(rank > 0 AND choice = entry_career) AS chosen
        FROM (SELECT entry_career, chosen AS choice, indexOf(matches.career, entry_career) AS rank FROM quiz_outcomes FINAL WHERE entry_career != '')
        GROUP BY entry_career
    ) AS entries
    LEFT JOIN (SELECT career AS entry_career, count() AS matched_all FROM quiz_matches GROUP BY career) AS everyone USING (entry_career)
`)
	return replace(t, sql, "SELECT sum(m.outcomes) AS period_outcomes", ") AS totals", "SELECT count() AS period_outcomes, countIf(entry_career != '') AS period_entered FROM quiz_outcomes FINAL\n")
}

// rawTraits is the view match_traits likewise.
func rawTraits(t testing.TB, s *store.Store) string {
	sql := replace(t, view(t, s, "match_traits"), "SELECT career, trait, sum(n) AS outcomes", ") AS matched", `SELECT career, trait, count() AS outcomes, avg(v) AS mean
    FROM (SELECT career, traits.name AS names, traits.value AS vs FROM quiz_outcomes FINAL ARRAY JOIN matches.career AS career)
    ARRAY JOIN names AS trait, vs AS v
    GROUP BY career, trait
`)
	return replace(t, sql, "SELECT trait, sum(n) AS everyone_outcomes", ") AS everyone", `SELECT trait, count() AS everyone_outcomes, avg(v) AS everyone_mean
    FROM quiz_outcomes FINAL
    ARRAY JOIN traits.name AS trait, traits.value AS v
    GROUP BY trait
`)
}
