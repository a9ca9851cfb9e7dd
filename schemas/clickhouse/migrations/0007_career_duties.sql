CREATE VIEW IF NOT EXISTS {{.Database}}.career_duties{{.OnCluster}} AS
SELECT slug, c.name AS career, position, duties.id AS id, duties.name AS name, duties.text AS text, version, valid_from
FROM {{.Database}}.careers AS c FINAL
ARRAY JOIN duties, arrayEnumerate(duties.id) AS position
COMMENT 'Duties of each career as last published, one row a duty'
