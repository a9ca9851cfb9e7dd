CREATE OR REPLACE VIEW {{.Database}}.match_leaderboard{{.OnCluster}} AS
SELECT position, career, outcomes, top1, top3, share, middle - half AS share_low,
    middle + half AS share_high, if(outcomes = 0, NULL, score / 1000000 / outcomes) AS mean_score, chosen,
    if(outcomes_before = 0, NULL, position_before) AS previous_position, previous_position - position AS movement,
    outcomes_before AS previous_outcomes, share_before AS previous_share, share - share_before AS share_change,
    z, p_value, if(testable, min(least(1., p_value * tests / place)) OVER (PARTITION BY testable ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), NULL) AS q_value,
    multiIf(total_before = 0, 'no previous period', NOT testable, 'too few', q_value >= 0.05, 'steady', z > 0, 'rising', 'falling') AS verdict,
    toUInt64(total) AS period_outcomes, toUInt64(total_before) AS previous_period_outcomes
FROM
(
    SELECT *, (share * total + 1.9207294103470665) / (total + 3.841458820694133) AS middle, 1.959963984540054 * sqrt(share * (1 - share) * total + 0.9603647051735332) / (total + 3.841458820694133) AS half,
        erfc(abs(z) / sqrt(2)) AS p_value, count() OVER (PARTITION BY testable) AS tests,
        row_number() OVER (PARTITION BY testable ORDER BY abs(z) DESC, career) AS place
    FROM
    (
        SELECT career, outcomes, outcomes_before, top1, top3, score, chosen, total, total_before, position, position_before,
            outcomes / nullIf(total, 0) AS share, outcomes_before / nullIf(total_before, 0) AS share_before,
            (outcomes + outcomes_before) / (total + total_before) AS pooled,
            least(total, total_before) * least(pooled, 1 - pooled) >= 5 AS testable,
            if(testable, (share - share_before) / sqrt(pooled * (1 - pooled) * (1 / total + 1 / total_before)), NULL) AS z
        FROM
        (
            WITH day >= toDate({since:Date}) AS now
            SELECT career, sumIf(n, now) AS outcomes, sumIf(n, NOT now) AS outcomes_before, sumIf(n1, now) AS top1, sumIf(n3, now) AS top3, sumIf(s, now) AS score, sumIf(c, now) AS chosen,
                toFloat64(max(outcomes) OVER ()) AS total, toFloat64(max(outcomes_before) OVER ()) AS total_before,
                rank() OVER (PARTITION BY career = '' ORDER BY outcomes DESC) AS position, rank() OVER (PARTITION BY career = '' ORDER BY outcomes_before DESC) AS position_before
            FROM {{.Database}}.match_days AS m FINAL
            ARRAY JOIN arrayPushFront(`careers.career`, '') AS career, arrayPushFront(`careers.outcomes`, m.outcomes) AS n, arrayPushFront(`careers.top1`, 0) AS n1,
                arrayPushFront(`careers.top3`, 0) AS n3, arrayPushFront(`careers.score`, 0) AS s, arrayPushFront(`careers.chosen`, 0) AS c
            WHERE day BETWEEN toDate({since:Date}) - (toDate({until:Date}) - toDate({since:Date})) - 1 AND toDate({until:Date})
            GROUP BY career
            HAVING sum(n) > 0
        )
        WHERE career != ''
    )
)
ORDER BY position, career
COMMENT 'Careers by how many outcomes were matched with them in a period, against the period of the same length just before: SELECT * FROM match_leaderboard(since = ''2026-10-01'', until = ''2026-10-31''), both days included, UTC. position: equal counts share one; movement: places gained; share: of the period''s outcomes, share_low and share_high its 95% Wilson score interval. z: two-proportion z test of share against previous_share with the pooled variance; p_value: two-sided; q_value: Benjamini-Hochberg over all careers tested; verdict: rising or falling where q_value < 0.05, else steady; too few where an expected count is under 5 (Cochran), no previous period where that one has no outcomes, and then nothing is tested'
