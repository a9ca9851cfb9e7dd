CREATE TABLE IF NOT EXISTS {{.Database}}.drift_events{{.OnCluster}}
(
    site LowCardinality(String) COMMENT 'Host of the pages',
    template String COMMENT 'Fingerprint of the new structure',
    before String COMMENT 'Fingerprint of the structure of the good versions',
    slug String COMMENT 'First career that was held for it',
    url String COMMENT 'Address of its page',
    reasons Array(Tuple(rule String, field String, text String)) COMMENT 'What looks damaged, the worst first',
    at DateTime64(3, 'UTC') COMMENT 'When it was noticed',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message'
)
ENGINE = {{.Replacing "_seq"}}
ORDER BY (site, template, _seq)
SETTINGS {{.Window}}
COMMENT 'Templates whose pages come out damaged, one row each'
