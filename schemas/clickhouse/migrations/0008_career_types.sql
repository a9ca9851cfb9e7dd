CREATE VIEW IF NOT EXISTS {{.Database}}.career_types{{.OnCluster}} AS
SELECT slug, c.name AS career, position, types.name AS name, types.abbreviation AS abbreviation,
    types.text AS text, types.career AS type_career, version, valid_from
FROM {{.Database}}.careers AS c FINAL
ARRAY JOIN types, arrayEnumerate(types.name) AS position
COMMENT 'Specialisations of each career as last published, one row a type'
