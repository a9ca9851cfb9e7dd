CREATE VIEW IF NOT EXISTS {{.Database}}.match_trends_daily{{.OnCluster}} AS
SELECT day, career, outcomes, top1, top3, top10,
    if(outcomes = 0, NULL, score / 1000000 / outcomes) AS mean_score,
    day_outcomes,
    if(day_outcomes = 0, NULL, outcomes / day_outcomes) AS share,
    if(days_before = 0, NULL, outcomes_before / days_before) AS previous_outcomes,
    if(all_before = 0, NULL, outcomes_before / all_before) AS previous_share,
    if(previous_outcomes = 0, NULL, outcomes / previous_outcomes - 1) AS change,
    share - previous_share AS share_change
FROM
(
    SELECT day, career, outcomes, top1, top3, top10, score, day_outcomes,
        sum(outcomes) OVER before AS outcomes_before, sum(day_outcomes) OVER before AS all_before, count() OVER before AS days_before
    FROM
    (
        SELECT day, career, sum(n) AS outcomes, sum(n1) AS top1, sum(n3) AS top3, sum(n10) AS top10, sum(s) AS score, sum(d) AS day_outcomes
        FROM
        (
            SELECT day, career, n, n1, n3, n10, s, toUInt64(0) AS d
            FROM {{.Database}}.match_days FINAL
            ARRAY JOIN `careers.career` AS career, `careers.outcomes` AS n, `careers.top1` AS n1, `careers.top3` AS n3, `careers.top10` AS n10, `careers.score` AS s
            UNION ALL
            SELECT day, career, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), d
            FROM
            (
                SELECT first + number AS day, ifNull(m.outcomes, 0) AS d
                FROM
                (
                    SELECT first, arrayJoin(range(toUInt32(last - first + 1))) AS number
                    FROM (SELECT min(day) AS first, max(day) AS last, count() AS days FROM {{.Database}}.match_days FINAL WHERE outcomes > 0)
                    WHERE days > 0
                ) AS calendar
                LEFT JOIN (SELECT day AS on_day, outcomes FROM {{.Database}}.match_days FINAL) AS m ON m.on_day = first + number
            ) AS days
            CROSS JOIN (SELECT DISTINCT arrayJoin(`careers.career`) AS career FROM {{.Database}}.match_days FINAL) AS careers
        )
        GROUP BY day, career
    )
    WINDOW before AS (PARTITION BY career ORDER BY day ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING)
)
COMMENT 'Every career on every day (UTC) from the first to the last with outcomes, zero days too. outcomes: how many were matched with the career at any rank; top1, top3, top10: at such a rank; mean_score: mean score where matched; share: outcomes / day_outcomes; previous_outcomes: mean a day over the 7 days before, zero days counted, fewer days at the beginning; previous_share: pooled over those days; change: outcomes / previous_outcomes - 1; share_change: share - previous_share. NULL where the divisor is 0'
