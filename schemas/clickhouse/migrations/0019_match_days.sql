CREATE TABLE IF NOT EXISTS {{.Database}}.match_days{{.OnCluster}}
(
    day Date COMMENT 'Day of taken_at, UTC',
    rows UInt64 COMMENT 'Stored rows that the day was computed from, repeats included',
    fingerprint UInt64 COMMENT 'Sum of a hash of (_stream, _seq) of those rows: differs when any row comes or goes',
    settled Bool COMMENT 'Whether the numbers were read after the fingerprint: false means that the day is computed once more',
    revision UInt64 COMMENT 'How often the day was computed; the highest counts',
    computed_at DateTime64(3, 'UTC') COMMENT 'When the day was computed',
    outcomes UInt64 COMMENT 'Outcomes of the day, each outcome_id once',
    chosen UInt64 COMMENT 'Outcomes where a career was chosen',
    entered UInt64 COMMENT 'Outcomes whose taker came from a career page',
    `traits.name` Array(LowCardinality(String)) COMMENT 'Traits measured on the day, in the order of their names',
    `traits.sum` Array(UInt64) COMMENT 'Sum of the trait over the outcomes that have it, in millionths',
    `traits.outcomes` Array(UInt64) COMMENT 'Outcomes that have the trait',
    `careers.career` Array(LowCardinality(String)) COMMENT 'Careers matched, chosen or come from on the day, in order',
    `careers.outcomes` Array(UInt64) COMMENT 'Outcomes that were matched with the career',
    `careers.top1` Array(UInt64) COMMENT 'Outcomes with the career at rank 1',
    `careers.top3` Array(UInt64) COMMENT 'Outcomes with the career at ranks 1 to 3',
    `careers.top10` Array(UInt64) COMMENT 'Outcomes with the career at ranks 1 to 10',
    `careers.score` Array(UInt64) COMMENT 'Sum of the scores of the career, in millionths',
    `careers.chosen` Array(UInt64) COMMENT 'Outcomes where the career was chosen',
    `careers.entered` Array(UInt64) COMMENT 'Outcomes whose taker came from the page of the career',
    `careers.entered_matched` Array(UInt64) COMMENT 'Of those, outcomes that were matched with the career',
    `careers.entered_top3` Array(UInt64) COMMENT 'Of those, outcomes with the career at ranks 1 to 3',
    `careers.entered_chosen` Array(UInt64) COMMENT 'Of the matched, outcomes where the career was chosen',
    `careers.trait_sums` Array(Array(UInt64)) COMMENT 'By trait in the order of traits.name: sum over the outcomes matched with the career, in millionths',
    `careers.trait_outcomes` Array(Array(UInt64)) COMMENT 'By trait: outcomes matched with the career that have the trait'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY day
COMMENT 'One row a day, computed from quiz_outcomes FINAL by match_days_refresh, so that it can be dropped and comes back; read it with FINAL. Every replica keeps its own'
