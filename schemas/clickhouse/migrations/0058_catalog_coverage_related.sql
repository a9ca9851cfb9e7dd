CREATE OR REPLACE VIEW {{.Database}}.catalog_coverage{{.OnCluster}} AS
SELECT site, measure.1 AS part, measure.2 AS have, total, round(have / total, 4) AS share
FROM
(
    SELECT source_site AS site, count() AS total,
        [
            ('definition', countIf(notEmpty(definition_paragraphs))),
            ('duties', countIf(notEmpty(`duties.id`))),
            ('types', countIf(notEmpty(`types.name`))),
            ('workplace', countIf(notEmpty(workplace_paragraphs) OR notEmpty(workplace_settings))),
            ('faqs', countIf(notEmpty(`faqs.kind`))),
            ('comparisons', countIf(notEmpty(`comparisons.question`))),
            ('see_also', countIf(notEmpty(`see_also.name`))),
            ('complete', countIf(empty(quality_missing)))
        ] AS parts
    FROM {{.Database}}.careers FINAL
    WHERE status = 'active'
    GROUP BY source_site
    UNION ALL
    SELECT site, count() AS total, [('pages', countIf(outcome = 'published'))] AS parts
    FROM {{.Database}}.page_outcomes
    WHERE outcome NOT IN ('gone', 'article', 'unrelated')
    GROUP BY site
)
ARRAY JOIN parts AS measure
COMMENT 'How many living careers of a site have each part (have of total); part pages: how many pages are published'
