CREATE TABLE IF NOT EXISTS {{.Database}}.dead_letter_events{{.OnCluster}}
(
    stage LowCardinality(String) COMMENT 'Stage that gave up',
    kind LowCardinality(String) COMMENT 'Fault kind',
    reason String COMMENT 'What is wrong, with the file, URL or message named',
    state LowCardinality(String) COMMENT 'open or resolved',
    stream LowCardinality(String) COMMENT 'Stream of the original message, or empty',
    seq UInt64 COMMENT 'Sequence of the original message, or 0',
    subject String COMMENT 'Subject of the original message, or empty',
    origin String COMMENT 'File or URL of input that never became a message, or empty',
    original String COMMENT 'Bytes of the original message, empty when over the size limit' CODEC(ZSTD(3)),
    header Map(String, Array(String)) COMMENT 'Header of the original message',
    traceparent String COMMENT 'W3C trace context of the original event, or empty',
    deliveries UInt64 COMMENT 'How often the message was tried, 0 where not counted',
    failed_at DateTime64(3, 'UTC') COMMENT 'When the stage gave up',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the letter in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the letter'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (stage, stream, seq, origin, _seq)
SETTINGS {{.Window}}
COMMENT 'Every state of every dead letter; dead_letters has the latest ones'
