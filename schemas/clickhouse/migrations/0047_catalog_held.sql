CREATE VIEW IF NOT EXISTS {{.Database}}.catalog_held{{.OnCluster}} AS
SELECT slug, version, url, site, template_before, template_after, reasons, transient, record != '' AS releasable, since AS stale_since, at AS held_at
FROM
(
    SELECT * FROM {{.Database}}.held_records FINAL
    ORDER BY _seq DESC
    LIMIT 1 BY slug
)
WHERE state = 'held'
COMMENT 'Careers whose page looks damaged now; the version published before stays'
