CREATE TABLE IF NOT EXISTS {{.Database}}.ingest_runs{{.OnCluster}}
(
    id String COMMENT 'Name of the run',
    sources Array(String) COMMENT 'Sources as given',
    started_at DateTime64(3, 'UTC') COMMENT 'When the run began',
    ended_at DateTime64(3, 'UTC') COMMENT 'When it ended',
    discovered UInt64 COMMENT 'Pages and articles found',
    outcomes Map(LowCardinality(String), UInt64) COMMENT 'Pages by the outcome of their visit',
    faults Map(LowCardinality(String), UInt64) COMMENT 'Failures by fault kind',
    still_due UInt64 COMMENT 'Pages that were not visited',
    sitemaps UInt64 COMMENT 'Sitemaps read',
    sitemaps_failed UInt64 COMMENT 'Sitemaps that could not be read',
    requests UInt64 COMMENT 'Requests sent',
    bytes UInt64 COMMENT 'Bytes of bodies on the wire',
    failures Array(Tuple(url String, outcome String, fault String, reason String)) COMMENT 'The first hundred pages that failed',
    warnings Array(String) COMMENT 'Doubtful findings of the run',
    complete Bool COMMENT 'Whether every page found has its final outcome and every source was read',
    why String COMMENT 'Why the run is partial, or empty',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (id, _seq)
SETTINGS {{.Window}}
COMMENT 'Statements of runs: what was found, and what became of it'
