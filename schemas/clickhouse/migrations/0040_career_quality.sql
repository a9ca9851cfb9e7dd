CREATE VIEW IF NOT EXISTS {{.Database}}.career_quality{{.OnCluster}} AS
SELECT slug, name AS career, source_site AS site, quality_score AS score, JSONExtractString(part, 'name') AS part_name,
    JSONExtractFloat(part, 'value') AS value, JSONExtractFloat(part, 'weight') AS weight, JSONExtractString(part, 'why') AS why
FROM {{.Database}}.careers FINAL
ARRAY JOIN JSONExtractArrayRaw(JSONExtractRaw(record, 'quality'), 'parts') AS part
COMMENT 'What the quality score of each career is made of'
