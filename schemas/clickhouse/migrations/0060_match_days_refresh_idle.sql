ALTER TABLE {{.Database}}.match_days_refresh{{.OnCluster}}
MODIFY COMMENT 'Every 5 seconds computes anew the days of match_days whose rows in quiz_outcomes changed, by their fingerprint, and once more at the next run: then the numbers were surely read after the fingerprint, so nothing can be missed, whatever crashes, repeats, comes late or is deleted. It looks for such days while the parts of quiz_outcomes differ from those of the run before, and once more, for the same reason; the row of 1970-01-01 has their fingerprint. Scores and traits are summed as whole millionths, which gives the same sum in any order',
MODIFY QUERY
WITH
    (
        SELECT sum(cityHash64(name, hash_of_all_files))
        FROM system.parts
        WHERE active AND concat('`', database, '`') = '{{.Database}}' AND table = 'quiz_outcomes'
    ) AS parts,
    (SELECT countIf(fingerprint = parts) > 0 FROM {{.Database}}.match_days FINAL WHERE day = toDate(0)) AS seen,
    (SELECT countIf(day = toDate(0) AND settled AND fingerprint = parts) = 0 OR countIf(NOT settled) > 0 FROM {{.Database}}.match_days FINAL) AS stale,
    changed AS
    (
        SELECT day, sum(n) AS rows, sum(hash) AS fingerprint, sum(old_revision) + 1 AS revision,
            rows = sum(old_n) AND fingerprint = sum(old_hash) AS same
        FROM
        (
            SELECT toDate(taken_at) AS day, count() AS n, sum(cityHash64(_stream, _seq)) AS hash,
                toUInt64(0) AS old_n, toUInt64(0) AS old_hash, toUInt64(0) AS old_revision, toUInt64(0) AS old_settled
            FROM {{.Database}}.quiz_outcomes
            WHERE stale
            GROUP BY day
            UNION ALL
            SELECT day, toUInt64(0), toUInt64(0), rows, fingerprint, revision, toUInt64(settled)
            FROM {{.Database}}.match_days FINAL
            WHERE stale AND day > toDate(0)
        )
        GROUP BY day
        HAVING NOT same OR sum(old_settled) = 0
        UNION ALL
        SELECT toDate(0), toUInt64(0), parts, max(revision) + 1, seen
        FROM {{.Database}}.match_days
        WHERE day = toDate(0)
        HAVING stale
    ),
    (
        SELECT arraySort(groupUniqArrayArray(`traits.name`))
        FROM {{.Database}}.quiz_outcomes
        WHERE stale AND toDate(taken_at) IN (SELECT day FROM changed)
    ) AS trait_names,
    by_career AS
    (
        SELECT day, item.1 AS career,
            countIf(item.2 > 0) AS outcomes,
            countIf(item.2 = 1) AS top1,
            countIf(item.2 BETWEEN 1 AND 3) AS top3,
            countIf(item.2 BETWEEN 1 AND 10) AS top10,
            sum(item.3) AS score,
            countIf(if(career = '', chosen_career != '', career = chosen_career)) AS chosen,
            countIf(if(career = '', entry != '', career = entry)) AS entered,
            countIf(career = entry AND item.2 > 0) AS entered_matched,
            countIf(career = entry AND item.2 BETWEEN 1 AND 3) AS entered_top3,
            countIf(career = entry AND item.2 > 0 AND career = chosen_career) AS entered_chosen,
            countIf(career = '') AS everyone,
            sumForEachIf(millionths, item.2 > 0 OR career = '') AS trait_sums,
            sumForEachIf(lacking, item.2 > 0 OR career = '') AS trait_gaps
        FROM
        (
            SELECT toDate(taken_at) AS day, entry_career AS entry, chosen AS chosen_career,
                arrayMap(v -> toUInt64(round(v * 1000000)), `traits.value`) AS measured,
                `traits.name` = trait_names AS complete,
                if(complete, measured, arrayMap(t -> measured[indexOf(`traits.name`, t)], trait_names)) AS millionths,
                if(complete, emptyArrayUInt64(), arrayMap(t -> toUInt64(NOT has(`traits.name`, t)), trait_names)) AS lacking,
                arrayConcat(
                    arrayMap((c, s, r) -> (c, r, toUInt64(round(s * 1000000))), `matches.career`, `matches.score`, `matches.rank`),
                    arrayMap(c -> (c, toUInt16(0), toUInt64(0)), arrayFilter(c -> c != '' AND NOT has(`matches.career`, c), arrayDistinct([entry_career, chosen]))),
                    [('', toUInt16(0), toUInt64(0))]
                ) AS items
            FROM {{.Database}}.quiz_outcomes FINAL
            WHERE stale AND toDate(taken_at) IN (SELECT day FROM changed)
        )
        ARRAY JOIN items AS item
        GROUP BY day, career
    ),
    by_day AS
    (
        SELECT day, sum(b.everyone) AS outcomes, sumIf(b.chosen, career = '') AS chosen, sumIf(b.entered, career = '') AS entered,
            anyIf(b.trait_sums, career = '') AS trait_sums, anyIf(b.trait_gaps, career = '') AS trait_gaps,
            arraySort(item -> item.1, groupArrayIf((career, b.outcomes, top1, top3, top10, score, b.chosen, b.entered, entered_matched, entered_top3, entered_chosen,
                b.trait_sums, b.trait_gaps), career != '')) AS careers
        FROM by_career AS b
        GROUP BY day
    )
SELECT c.day AS day, c.rows AS rows, c.fingerprint AS fingerprint, c.same AS settled, c.revision AS revision, now64(3, 'UTC') AS computed_at,
    d.outcomes AS outcomes, d.chosen AS chosen, d.entered AS entered,
    if(d.outcomes = 0, emptyArrayString(), trait_names) AS `traits.name`,
    arrayResize(d.trait_sums, length(`traits.name`)) AS `traits.sum`,
    arrayMap(gap -> d.outcomes - gap, arrayResize(d.trait_gaps, length(`traits.name`))) AS `traits.outcomes`,
    arrayMap(item -> item.1, d.careers) AS `careers.career`,
    arrayMap(item -> item.2, d.careers) AS `careers.outcomes`,
    arrayMap(item -> item.3, d.careers) AS `careers.top1`,
    arrayMap(item -> item.4, d.careers) AS `careers.top3`,
    arrayMap(item -> item.5, d.careers) AS `careers.top10`,
    arrayMap(item -> item.6, d.careers) AS `careers.score`,
    arrayMap(item -> item.7, d.careers) AS `careers.chosen`,
    arrayMap(item -> item.8, d.careers) AS `careers.entered`,
    arrayMap(item -> item.9, d.careers) AS `careers.entered_matched`,
    arrayMap(item -> item.10, d.careers) AS `careers.entered_top3`,
    arrayMap(item -> item.11, d.careers) AS `careers.entered_chosen`,
    arrayMap(item -> arrayResize(item.12, length(`traits.name`)), d.careers) AS `careers.trait_sums`,
    arrayMap(item -> arrayMap(gap -> item.2 - gap, arrayResize(item.13, length(`traits.name`))), d.careers) AS `careers.trait_outcomes`
FROM changed AS c
LEFT JOIN by_day AS d ON d.day = c.day
