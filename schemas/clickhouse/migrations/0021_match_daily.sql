CREATE VIEW IF NOT EXISTS {{.Database}}.match_daily{{.OnCluster}} AS
SELECT day, career, career_outcomes AS outcomes, top1, top3, top10, score AS score_millionths,
    career_chosen AS chosen, career_entered AS entered, entered_matched, entered_top3, entered_chosen, m.outcomes AS day_outcomes
FROM {{.Database}}.match_days AS m FINAL
ARRAY JOIN `careers.career` AS career, `careers.outcomes` AS career_outcomes, `careers.top1` AS top1, `careers.top3` AS top3, `careers.top10` AS top10,
    `careers.score` AS score, `careers.chosen` AS career_chosen, `careers.entered` AS career_entered, `careers.entered_matched` AS entered_matched,
    `careers.entered_top3` AS entered_top3, `careers.entered_chosen` AS entered_chosen
COMMENT 'Counts by day (UTC) and career that may be added up over any days; days without the career have no row. day_outcomes: all outcomes of the day. entered: tests by takers from the career''s page; entered_matched, entered_top3: of those, matched with it; entered_chosen: matched with it and chose it'
