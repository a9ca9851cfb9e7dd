CREATE VIEW IF NOT EXISTS {{.Database}}.career_facts{{.OnCluster}} AS
SELECT slug, name AS career, JSONExtractString(fact, 'kind') AS kind, JSONExtractString(fact, 'value') AS value, JSONExtractString(fact, 'label') AS label,
    JSONExtractString(fact, 'sentence') AS sentence, JSONExtractString(fact, 'field') AS field, JSONExtractFloat(fact, 'confidence') AS confidence,
    JSONExtractString(fact, 'pay', 'currency') AS currency, JSONExtractString(fact, 'pay', 'duration') AS duration,
    JSONExtractFloat(fact, 'pay', 'median') AS median, JSONExtractFloat(fact, 'pay', 'percentile10') AS percentile10,
    JSONExtractFloat(fact, 'pay', 'percentile90') AS percentile90, source_url, source_body_sha256
FROM {{.Database}}.careers FINAL
ARRAY JOIN JSONExtractArrayRaw(record, 'facts') AS fact
COMMENT 'What the pages state of credentials, education, methods, tools, hours and pay, each with its sentence'
