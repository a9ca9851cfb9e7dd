CREATE VIEW IF NOT EXISTS {{.Database}}.match_funnel{{.OnCluster}} AS
SELECT entry_career, tests, matched, top3, chosen,
    matched / tests AS match_rate,
    (match_rate + 1.9207294103470665 / tests - 1.959963984540054 * sqrt((match_rate * (1 - match_rate) + 0.9603647051735332 / tests) / tests)) / (1 + 3.841458820694133 / tests) AS match_rate_low,
    (match_rate + 1.9207294103470665 / tests + 1.959963984540054 * sqrt((match_rate * (1 - match_rate) + 0.9603647051735332 / tests) / tests)) / (1 + 3.841458820694133 / tests) AS match_rate_high,
    if(matched = 0, NULL, chosen / matched) AS choice_rate,
    matched_all / period_outcomes AS match_rate_all,
    if(matched_all = 0, NULL, match_rate / match_rate_all) AS lift,
    period_outcomes, period_entered
FROM
(
    SELECT career AS entry_career, sum(e) AS tests, sum(em) AS matched, sum(e3) AS top3, sum(ec) AS chosen, sum(n) AS matched_all
    FROM {{.Database}}.match_days FINAL
    ARRAY JOIN `careers.career` AS career, `careers.entered` AS e, `careers.entered_matched` AS em, `careers.entered_top3` AS e3, `careers.entered_chosen` AS ec, `careers.outcomes` AS n
    WHERE day BETWEEN toDate({since:Date}) AND toDate({until:Date})
    GROUP BY career
    HAVING tests > 0
) AS counts
CROSS JOIN
(
    SELECT sum(m.outcomes) AS period_outcomes, sum(m.entered) AS period_entered
    FROM {{.Database}}.match_days AS m FINAL
    WHERE day BETWEEN toDate({since:Date}) AND toDate({until:Date})
) AS totals
ORDER BY tests DESC, entry_career
COMMENT 'From a career''s page to that career as the choice: SELECT * FROM match_funnel(since = ''2026-10-01'', until = ''2026-10-31''), both days included, UTC. tests: outcomes whose taker came from the page; matched: of those, matched with that career at any rank; top3: at ranks 1 to 3; chosen: matched with it and chose it; match_rate: matched / tests with its 95% Wilson score interval; choice_rate: chosen / matched; match_rate_all: share of all outcomes of the period that were matched with the career; lift: match_rate / match_rate_all; period_entered: outcomes of the period that came from any career page'
