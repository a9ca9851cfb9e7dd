CREATE TABLE IF NOT EXISTS {{.Database}}.page_fetches{{.OnCluster}}
(
    site LowCardinality(String) COMMENT 'Host of the page, or local',
    key String COMMENT 'Page within the site: 32 hex digits of the SHA-256 of url',
    url String COMMENT 'Address of the page',
    origin String COMMENT 'Where the bytes were read: a path, - or a URL',
    body_sha256 String COMMENT 'SHA-256 of the page bytes, hex; names them in the object store',
    size UInt64 COMMENT 'Bytes of the page',
    media_type LowCardinality(String) COMMENT 'text/html or text/plain',
    charset LowCardinality(String) COMMENT 'Encoding of the page, WHATWG name',
    fetched_at DateTime64(3, 'UTC') COMMENT 'When the page was taken',
    etag String COMMENT 'HTTP validator as received, or empty',
    last_modified String COMMENT 'HTTP validator as received, or empty',
    warnings Array(String) COMMENT 'Doubtful findings while reading the bytes',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (site, key, _seq)
SETTINGS {{.Window}}
COMMENT 'Every snapshot of a page ever taken'
