CREATE VIEW IF NOT EXISTS {{.Database}}.quiz_matches{{.OnCluster}} AS
SELECT outcome_id, quiz, quiz_version, taken_at, session, locale, entry_career, chosen,
    career, score, rank, career = chosen AS is_chosen,
    career NOT IN (SELECT slug FROM {{.Database}}.careers) AS unknown,
    _stream, _seq, _stored
FROM {{.Database}}.quiz_outcomes FINAL
ARRAY JOIN `matches.career` AS career, `matches.score` AS score, `matches.rank` AS rank
COMMENT 'One row an outcome and career matched; of repeated outcomes the first counts. A view, so that a repeat with other careers can leave none of them behind. unknown: the catalog has no such career yet'
