CREATE TABLE IF NOT EXISTS {{.Database}}.held_records{{.OnCluster}}
(
    slug String COMMENT 'Career, by its slug in the catalog',
    state LowCardinality(String) COMMENT 'held, released, rejected or resolved',
    record String COMMENT 'The record that is kept back, JSON, or empty for a page that cannot be read' CODEC(ZSTD(3)),
    basis_snapshot UInt64 COMMENT 'Sequence in the pages stream of the snapshot read',
    basis_catalog UInt64 COMMENT 'Sequence in the normalized stream up to which links were resolved',
    content_sha256 String COMMENT 'SHA-256 of what a reader would see of the record, hex, or empty',
    version UInt64 COMMENT 'Version that stays published',
    url String COMMENT 'Address of the page',
    site LowCardinality(String) COMMENT 'Host of the page',
    template_before String COMMENT 'Fingerprint of the structure of the page with the version published',
    template_after String COMMENT 'Fingerprint of its structure now, or empty',
    reasons Array(Tuple(rule String, field String, text String)) COMMENT 'What looks damaged, the worst first',
    transient Bool COMMENT 'Whether the trouble is likely to pass, such as a consent wall',
    since DateTime64(3, 'UTC') COMMENT 'When the first of the holds in a row began',
    at DateTime64(3, 'UTC') COMMENT 'When the state was set',
    note String COMMENT 'What the person said who decided, or empty',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (slug, _seq)
SETTINGS {{.Window}}
COMMENT 'Records that were kept back because they look damaged, and what became of them; the last row of a career is its state'
