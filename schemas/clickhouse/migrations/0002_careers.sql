CREATE TABLE IF NOT EXISTS {{.Database}}.careers{{.OnCluster}}
(
    {{template "record_columns"}},
    CONSTRAINT slug_given CHECK slug != '',
    CONSTRAINT version_given CHECK version > 0
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY slug
SETTINGS {{.Window}}, min_bytes_for_wide_part = 268435456
COMMENT 'The latest published record of each career; read it with FINAL'
