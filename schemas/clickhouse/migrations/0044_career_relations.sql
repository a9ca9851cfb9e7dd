CREATE VIEW IF NOT EXISTS {{.Database}}.career_relations{{.OnCluster}} AS
SELECT slug, name AS career, status, JSONExtractString(relation, 'kind') AS kind, JSONExtractString(relation, 'name') AS related_name,
    JSONExtractString(relation, 'career') AS related_career, JSONExtractFloat(relation, 'confidence') AS confidence,
    JSONExtractString(relation, 'method') AS method, JSONExtractString(relation, 'evidence') AS evidence, JSONExtractString(relation, 'why') AS why,
    version, valid_from
FROM {{.Database}}.careers FINAL
ARRAY JOIN JSONExtractArrayRaw(record, 'relations') AS relation
COMMENT 'The career graph as last published: one row an edge as seen from a career; related_career is empty while the name means none'
