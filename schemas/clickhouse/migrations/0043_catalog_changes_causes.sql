CREATE OR REPLACE VIEW {{.Database}}.catalog_changes{{.OnCluster}} AS
SELECT valid_from, slug, v.name AS career, version, changes.kind AS kind, changes.field AS field,
    changes.before AS before, changes.after AS after, causes, source_url
FROM {{.Database}}.career_versions AS v FINAL
ARRAY JOIN changes
COMMENT 'What changed in each published version and why, one row a change'
