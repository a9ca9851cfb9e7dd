CREATE VIEW IF NOT EXISTS {{.Database}}.career_aliases{{.OnCluster}} AS
SELECT alias, slug, name AS career, 'alias' AS kind
FROM {{.Database}}.careers FINAL
ARRAY JOIN JSONExtract(record, 'aliases', 'Array(String)') AS alias
UNION ALL
SELECT slug AS alias, JSONExtractString(record, 'retired', 'replaced_by') AS slug, name AS career, JSONExtractString(record, 'retired', 'reason') AS kind
FROM {{.Database}}.careers FINAL
WHERE status = 'retired'
COMMENT 'Former slugs: those of a living career, and retired careers with what replaced them, if anything did'
