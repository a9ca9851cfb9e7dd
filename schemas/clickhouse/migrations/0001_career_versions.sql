CREATE TABLE IF NOT EXISTS {{.Database}}.career_versions{{.OnCluster}}
(
    {{template "record_columns"}},
    `changes.kind` Array(LowCardinality(String)) COMMENT 'added, removed, changed or moved',
    `changes.field` Array(String) COMMENT 'Path of what changed since the version before',
    `changes.before` Array(String) COMMENT 'Value before, as text',
    `changes.after` Array(String) COMMENT 'Value after, as text',
    CONSTRAINT slug_given CHECK slug != '',
    CONSTRAINT version_given CHECK version > 0
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (slug, version)
SETTINGS {{.Window}}, min_bytes_for_wide_part = 268435456
COMMENT 'Every version of every career ever published, with its changes'
