CREATE VIEW IF NOT EXISTS {{.Database}}.match_traits{{.OnCluster}} AS
SELECT career, trait, outcomes, mean, everyone_outcomes, everyone_mean, mean - everyone_mean AS difference
FROM
(
    SELECT career, trait, sum(n) AS outcomes, sum(s) / 1000000 / outcomes AS mean
    FROM
    (
        SELECT career, `traits.name` AS names, sums, counts
        FROM {{.Database}}.match_days FINAL
        ARRAY JOIN `careers.career` AS career, `careers.trait_sums` AS sums, `careers.trait_outcomes` AS counts
        WHERE day BETWEEN toDate({since:Date}) AND toDate({until:Date})
    )
    ARRAY JOIN names AS trait, sums AS s, counts AS n
    GROUP BY career, trait
    HAVING outcomes > 0
) AS matched
INNER JOIN
(
    SELECT trait, sum(n) AS everyone_outcomes, sum(s) / 1000000 / everyone_outcomes AS everyone_mean
    FROM {{.Database}}.match_days FINAL
    ARRAY JOIN `traits.name` AS trait, `traits.sum` AS s, `traits.outcomes` AS n
    WHERE day BETWEEN toDate({since:Date}) AND toDate({until:Date})
    GROUP BY trait
) AS everyone USING (trait)
ORDER BY career, trait
COMMENT 'Mean trait profile of those matched with a career at any rank, against everyone: SELECT * FROM match_traits(since = ''2026-10-01'', until = ''2026-10-31''), both days included, UTC. outcomes: matched outcomes that have the trait; mean: over them; everyone_outcomes, everyone_mean: over all outcomes of the period that have it; difference: mean - everyone_mean. Values are taken in whole millionths'
