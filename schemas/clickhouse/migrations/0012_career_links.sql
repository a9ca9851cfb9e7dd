CREATE VIEW IF NOT EXISTS {{.Database}}.career_links{{.OnCluster}} AS
SELECT slug, name AS career, link.1 AS kind, link.2 AS linked_name, link.3 AS linked_career, version, valid_from
FROM
(
    SELECT slug, name, version, valid_from,
        arrayConcat(
            arrayMap((n, s) -> ('see_also', n, s), `see_also.name`, `see_also.career`),
            arrayMap((n, s) -> ('type', n, s), `types.name`, `types.career`),
            arrayMap((n, s) -> ('comparison', n, s), `comparisons.left`, `comparisons.left_career`),
            arrayMap((n, s) -> ('comparison', n, s), `comparisons.right`, `comparisons.right_career`)
        ) AS links
    FROM {{.Database}}.careers FINAL
)
ARRAY JOIN arrayDistinct(arrayFilter(l -> l.3 != slug, links)) AS link
COMMENT 'Links from each career to others as last published; linked_career is empty while the catalog has none'
