CREATE VIEW IF NOT EXISTS {{.Database}}.match_leaderboard{{.OnCluster}} AS
WITH toDate({since:Date}) AS period_first, toDate({until:Date}) AS period_last,
    period_first - (period_last - period_first) - 1 AS before_first
SELECT position, career, outcomes, top1, top3, share, share_low, share_high, mean_score, chosen,
    if(outcomes_before = 0, NULL, position_before) AS previous_position,
    previous_position - position AS movement,
    outcomes_before AS previous_outcomes, share_before AS previous_share, share - previous_share AS share_change,
    z, p_value, if(testable, q, NULL) AS q_value,
    multiIf(NOT testable, 'too few', q_value >= 0.05, 'steady', z > 0, 'rising', 'falling') AS verdict,
    total AS period_outcomes, total_before AS previous_period_outcomes
FROM
(
    SELECT *,
        min(least(1., p_value * tests / place)) OVER (PARTITION BY testable ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS q
    FROM
    (
        SELECT *,
            countIf(testable) OVER () AS tests,
            row_number() OVER (PARTITION BY testable ORDER BY p_value, career) AS place
        FROM
        (
            SELECT *,
                rank() OVER (ORDER BY outcomes DESC) AS position,
                rank() OVER (ORDER BY outcomes_before DESC) AS position_before,
                if(total = 0, NULL, outcomes / total) AS share,
                if(total_before = 0, NULL, outcomes_before / total_before) AS share_before,
                if(total = 0, NULL, (share + 1.9207294103470665 / total - 1.959963984540054 * sqrt((share * (1 - share) + 0.9603647051735332 / total) / total)) / (1 + 3.841458820694133 / total)) AS share_low,
                if(total = 0, NULL, (share + 1.9207294103470665 / total + 1.959963984540054 * sqrt((share * (1 - share) + 0.9603647051735332 / total) / total)) / (1 + 3.841458820694133 / total)) AS share_high,
                if(outcomes = 0, NULL, score / 1000000 / outcomes) AS mean_score,
                (outcomes + outcomes_before) / (total + total_before) AS pooled,
                total > 0 AND total_before > 0 AND least(total, total_before) * least(pooled, 1 - pooled) >= 5 AS testable,
                if(testable, (share - share_before) / sqrt(pooled * (1 - pooled) * (1 / total + 1 / total_before)), NULL) AS z,
                if(testable, erfc(abs(z) / sqrt(2)), NULL) AS p_value
            FROM
            (
                SELECT career, sumIf(d.outcomes, day >= period_first) AS outcomes, sumIf(d.outcomes, day < period_first) AS outcomes_before,
                    sumIf(d.top1, day >= period_first) AS top1, sumIf(d.top3, day >= period_first) AS top3,
                    sumIf(score_millionths, day >= period_first) AS score, sumIf(d.chosen, day >= period_first) AS chosen
                FROM {{.Database}}.match_daily AS d
                WHERE day BETWEEN before_first AND period_last
                GROUP BY career
                HAVING outcomes + outcomes_before > 0
            ) AS counts
            CROSS JOIN
            (
                SELECT sumIf(m.outcomes, day >= period_first) AS total, sumIf(m.outcomes, day < period_first) AS total_before
                FROM {{.Database}}.match_days AS m FINAL
                WHERE day BETWEEN before_first AND period_last
            ) AS totals
        )
    )
)
ORDER BY position, career
COMMENT 'Careers by how many outcomes were matched with them in a period, against the period of the same length just before: SELECT * FROM match_leaderboard(since = ''2026-10-01'', until = ''2026-10-31''), both days included, UTC. position: equal counts share one; movement: places gained; share: of the period''s outcomes, share_low and share_high its 95% Wilson score interval. z: two-proportion z test of share against previous_share with the pooled variance; p_value: two-sided; q_value: Benjamini-Hochberg over all careers tested; verdict: rising or falling where q_value < 0.05, else steady; too few where an expected count is under 5 (Cochran), and then nothing is tested'
