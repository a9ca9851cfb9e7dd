CREATE OR REPLACE VIEW {{.Database}}.match_trends_daily{{.OnCluster}} AS
SELECT day, career, outcomes, top1, top3, top10,
    if(outcomes = 0, NULL, score / 1000000 / outcomes) AS mean_score,
    day_outcomes,
    if(day_outcomes = 0, NULL, outcomes / day_outcomes) AS share,
    if(days_before = 0, NULL, outcomes_before / days_before) AS previous_outcomes,
    if(all_before = 0, NULL, outcomes_before / all_before) AS previous_share,
    if(outcomes_before = 0, NULL, outcomes / previous_outcomes - 1) AS change,
    share - previous_share AS share_change
FROM
(
    SELECT career, calendar,
        arraySort(item -> item.1, arrayFilter((item, place) -> place = 1, arrayConcat(counted, zeros), arrayEnumerateUniq(arrayConcat(counted.1, calendar.1)))) AS items,
        arrayConcat([0, 0, 0, 0, 0, 0, 0, 0], arrayCumSum(items.2)) AS running
    FROM
    (
        SELECT career, groupArray((day, n, n1, n3, n10, s)) AS counted
        FROM {{.Database}}.match_days FINAL
        ARRAY JOIN `careers.career` AS career, `careers.outcomes` AS n, `careers.top1` AS n1, `careers.top3` AS n3, `careers.top10` AS n10, `careers.score` AS s
        GROUP BY career
    ) AS by_career
    CROSS JOIN
    (
        SELECT arraySort(groupArray((day, outcomes, all_before, days_before))) AS calendar, arrayMap(d -> (d, 0, 0, 0, 0, 0), calendar.1) AS zeros
        FROM
        (
            SELECT day, outcomes, sum(outcomes) OVER before AS all_before, count() OVER before AS days_before
            FROM (SELECT day, outcomes FROM {{.Database}}.match_days FINAL WHERE outcomes > 0 ORDER BY day WITH FILL)
            WINDOW before AS (ORDER BY day ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING)
        )
    ) AS by_day
)
ARRAY JOIN calendar.1 AS day, calendar.2 AS day_outcomes, calendar.3 AS all_before, calendar.4 AS days_before,
    items.2 AS outcomes, items.3 AS top1, items.4 AS top3, items.5 AS top10, items.6 AS score,
    arrayMap((upto, from) -> upto - from, arrayResize(arraySlice(running, 8), length(items)), arrayResize(running, length(items))) AS outcomes_before
COMMENT 'Every career on every day (UTC) from the first to the last with outcomes, zero days too. outcomes: how many were matched with the career at any rank; top1, top3, top10: at such a rank; mean_score: mean score where matched; share: outcomes / day_outcomes; previous_outcomes: mean a day over the 7 days before, zero days counted, fewer days at the beginning; previous_share: pooled over those days; change: outcomes / previous_outcomes - 1; share_change: share - previous_share. NULL where the divisor is 0'
