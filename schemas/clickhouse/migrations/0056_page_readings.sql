CREATE TABLE IF NOT EXISTS {{.Database}}.page_readings{{.OnCluster}}
(
    site LowCardinality(String) COMMENT 'Host of the page',
    key String COMMENT 'Page within the site: 32 hex digits of the SHA-256 of url',
    url String COMMENT 'Address of the page',
    slug String COMMENT 'Career that the page was read as, or empty for a page that holds none',
    template String COMMENT 'Fingerprint of the structure of the page, or empty',
    reason String COMMENT 'Why it counts as no career page, or empty',
    snapshot UInt64 COMMENT 'Sequence in the pages stream of the snapshot read',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (site, key, _seq)
SETTINGS {{.Window}}
COMMENT 'Which career each page was read as, or that it holds none; the last row of a page counts'
