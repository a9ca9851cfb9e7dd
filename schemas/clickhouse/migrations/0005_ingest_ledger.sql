CREATE TABLE IF NOT EXISTS {{.Database}}.ingest_ledger{{.OnCluster}}
(
    sink LowCardinality(String) COMMENT 'Sink that stored the range',
    incarnation String COMMENT 'Which stream of that name: changes when it is made anew',
    first_seq UInt64 COMMENT 'First sequence of the range',
    last_seq UInt64 COMMENT 'Last sequence of the range',
    messages UInt64 COMMENT 'Messages of the range',
    stored UInt64 COMMENT 'Messages stored in the tables',
    dead UInt64 COMMENT 'Messages dead-lettered',
    bytes UInt64 COMMENT 'Bytes of the messages',
    committed_at DateTime64(3, 'UTC') COMMENT 'When the range was complete',
    _stream LowCardinality(String) COMMENT 'Stream that was read',
    _seq UInt64 COMMENT 'The same as last_seq'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (sink, _stream, incarnation, first_seq, last_seq)
SETTINGS {{.Window}}
COMMENT 'Which ranges of the streams are stored'
