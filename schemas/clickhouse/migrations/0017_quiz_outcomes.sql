CREATE TABLE IF NOT EXISTS {{.Database}}.quiz_outcomes{{.OnCluster}}
(
    outcome_id UUID COMMENT 'Identity of the outcome, given by the quiz application',
    quiz LowCardinality(String) COMMENT 'Which quiz',
    quiz_version LowCardinality(String) COMMENT 'Its version, or empty',
    taken_at DateTime64(3, 'UTC') COMMENT 'When the test was finished',
    session String COMMENT 'Opaque session of the taker, or empty; the only thing about a person',
    locale LowCardinality(String) COMMENT 'BCP 47 tag, or empty',
    entry_career LowCardinality(String) COMMENT 'Career page that the taker came from, or empty',
    chosen LowCardinality(String) COMMENT 'Career that the taker chose, or empty',
    `traits.name` Array(LowCardinality(String)) COMMENT 'Traits measured, in the order of their names',
    `traits.value` Array(Float64) COMMENT 'Value of each trait, 0 to 1',
    `matches.career` Array(LowCardinality(String)) COMMENT 'Careers matched, by rank; each once',
    `matches.score` Array(Float64) COMMENT 'Score of each match, 0 to 1',
    `matches.rank` Array(UInt16) COMMENT 'Rank of each match: 1, 2, 3 and so on',
    _stream LowCardinality(String) COMMENT 'Stream that the row came from',
    _seq UInt64 COMMENT 'Sequence of the message in that stream',
    _stored DateTime64(3, 'UTC') COMMENT 'When the stream took the message',
    _first UInt64 MATERIALIZED bitNot(_seq) COMMENT 'Version of the row: of several with one outcome_id the first in the stream is kept',
    trait_map Map(LowCardinality(String), Float64) ALIAS mapFromArrays(`traits.name`, `traits.value`) COMMENT 'Traits by name',
    INDEX session_filter session TYPE bloom_filter GRANULARITY 4
)
ENGINE = {{.Replacing "_first"}}
PARTITION BY toYYYYMM(taken_at)
ORDER BY outcome_id
SETTINGS {{.Window}}
COMMENT 'One row a finished career test; read it with FINAL: of repeated outcomes the first counts'
