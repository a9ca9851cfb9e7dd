CREATE OR REPLACE VIEW {{.Database}}.catalog_freshness{{.OnCluster}} AS
SELECT c.slug AS slug, c.name AS career, c.source_site AS site, c.source_url AS url, c.version AS version, v.versions AS versions,
    v.first_published AS first_published, c.valid_from AS last_changed, greatest(c.source_fetched_at, p.fetched_at) AS last_fetched,
    greatest(last_fetched, h.checked_at) AS last_verified, c.status AS status,
    dateDiff('day', last_changed, now64(3, 'UTC')) AS days_since_change, dateDiff('day', last_fetched, now64(3, 'UTC')) AS days_since_fetch,
    dateDiff('day', last_verified, now64(3, 'UTC')) AS days_since_verified, if(s.slug = '', NULL, s.stale_since) AS stale_since
FROM {{.Database}}.careers AS c FINAL
LEFT JOIN (SELECT slug, uniqExact(version) AS versions, min(valid_from) AS first_published FROM {{.Database}}.career_versions GROUP BY slug) AS v
    ON v.slug = c.slug
LEFT JOIN (SELECT url, max(fetched_at) AS fetched_at FROM {{.Database}}.page_fetches WHERE gone = '' GROUP BY url) AS p
    ON p.url = c.source_url
LEFT JOIN (SELECT url, max(at) AS checked_at FROM {{.Database}}.page_checks WHERE outcome IN ('changed', 'not-modified', 'unchanged', 'same-text', 'fresh') GROUP BY url) AS h
    ON h.url = c.source_url
LEFT JOIN {{.Database}}.catalog_held AS s
    ON s.slug = c.slug
COMMENT 'How old the knowledge about each career is; last_verified also counts visits that found the page as it was, stale_since is when its page began to look damaged'
