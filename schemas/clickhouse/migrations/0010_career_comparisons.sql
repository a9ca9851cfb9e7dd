CREATE VIEW IF NOT EXISTS {{.Database}}.career_comparisons{{.OnCluster}} AS
SELECT slug, career, comparison, question, left_name, right_name, left_career, right_career, intro, summary,
    position, dimension, left_text, right_text, version, valid_from
FROM
(
    SELECT slug, c.name AS career, comparison, comparisons.question AS question,
        comparisons.left AS left_name, comparisons.right AS right_name,
        comparisons.left_career AS left_career, comparisons.right_career AS right_career,
        comparisons.intro AS intro, comparisons.summary AS summary,
        comparisons.dimension_names AS names, comparisons.dimension_lefts AS lefts,
        comparisons.dimension_rights AS rights, version, valid_from
    FROM {{.Database}}.careers AS c FINAL
    ARRAY JOIN comparisons, arrayEnumerate(comparisons.question) AS comparison
)
LEFT ARRAY JOIN names AS dimension, lefts AS left_text, rights AS right_text, arrayEnumerate(names) AS position
COMMENT 'Comparisons of careers as last published, one row a dimension'
