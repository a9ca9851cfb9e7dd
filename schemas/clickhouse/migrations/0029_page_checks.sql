CREATE TABLE IF NOT EXISTS {{.Database}}.page_checks{{.OnCluster}}
(
    site LowCardinality(String) COMMENT 'Host of the page',
    key String COMMENT 'Page within the site: 32 hex digits of the SHA-256 of url',
    url String COMMENT 'Address of the page',
    kind LowCardinality(String) COMMENT 'page, article, sitemap, index or seed',
    run String COMMENT 'Run that asked for the page',
    outcome LowCardinality(String) COMMENT 'What the visit found: changed, not-modified, unchanged, same-text, fresh, missing, failed and others',
    status UInt16 COMMENT 'HTTP status, or 0',
    fault LowCardinality(String) COMMENT 'Fault kind of a failure, or empty',
    reason String COMMENT 'What is wrong, or empty',
    at DateTime64(3, 'UTC') COMMENT 'When the answer came',
    duration_ms UInt32 COMMENT 'Milliseconds that the request took',
    bytes UInt64 COMMENT 'Bytes of the body on the wire',
    body_sha256 String COMMENT 'SHA-256 of the body that the page has now, hex, or empty',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (site, key, _seq)
SETTINGS {{.Window}}
COMMENT 'What each visit of a page found, also where it found nothing new'
