CREATE VIEW IF NOT EXISTS {{.Database}}.career_faqs{{.OnCluster}} AS
SELECT slug, c.name AS career, position, faqs.kind AS kind, faqs.question AS question,
    arrayStringConcat(faqs.answer, '\n\n') AS answer, version, valid_from
FROM {{.Database}}.careers AS c FINAL
ARRAY JOIN faqs, arrayEnumerate(faqs.kind) AS position
COMMENT 'Questions and answers of each career as last published, one row a question'
