CREATE VIEW IF NOT EXISTS {{.Database}}.career_codes{{.OnCluster}} AS
SELECT slug, name AS career, JSONExtractString(code, 'scheme') AS scheme, JSONExtractString(code, 'version') AS version,
    JSONExtractString(code, 'code') AS code_value, JSONExtractString(code, 'uri') AS uri, JSONExtractString(code, 'title') AS title,
    JSONExtractString(code, 'relation') AS relation, JSONExtractFloat(code, 'confidence') AS confidence,
    JSONExtractString(code, 'method') AS method, JSONExtractString(code, 'evidence') AS evidence
FROM {{.Database}}.careers FINAL
ARRAY JOIN JSONExtractArrayRaw(record, 'codes') AS code
COMMENT 'Occupation codes of each career in public taxonomies, with how they were found'
