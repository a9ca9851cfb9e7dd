CREATE TABLE IF NOT EXISTS {{.Database}}.careers{{.OnCluster}}
(
    {{template "record_columns"}},
    CONSTRAINT slug_given CHECK slug != '',
    CONSTRAINT version_given CHECK version > 0
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY slug
SETTINGS {{.Window}}
COMMENT 'The latest published record of each career; read it with FINAL'
