CREATE VIEW IF NOT EXISTS {{.Database}}.match_versions{{.OnCluster}} AS
SELECT m.outcome_id AS outcome_id, m.quiz AS quiz, m.quiz_version AS quiz_version, m.taken_at AS taken_at, m.locale AS locale,
    m.entry_career AS entry_career, m.chosen AS chosen, m.career AS career, m.score AS score, m.rank AS rank,
    v.version AS version, v.valid_from AS valid_from,
    v.name AS name, v.source_url AS source_url, v.quality_score AS quality_score
FROM {{.Database}}.quiz_matches AS m
ASOF LEFT JOIN (SELECT slug, version, valid_from, name, source_url, quality_score FROM {{.Database}}.career_versions FINAL) AS v
    ON v.slug = m.career AND m.taken_at >= v.valid_from
COMMENT 'Every match with the version of the career''s record that was in force when the test was taken: the newest with valid_from <= taken_at; version 0 where the career was not published yet or is unknown. Join career_versions by slug and version for the whole record'
