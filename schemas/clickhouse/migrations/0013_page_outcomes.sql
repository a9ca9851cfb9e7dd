CREATE VIEW IF NOT EXISTS {{.Database}}.page_outcomes{{.OnCluster}} AS
SELECT p.site AS site, p.key AS key, p.url AS url, p.fetched_at AS fetched_at,
    multiIf(d.kind != '', 'broken', c.slug != '', 'published', 'waiting') AS outcome,
    d.kind AS fault, d.reason AS reason, c.slug AS slug, c.version AS version, p._seq AS snapshot
FROM
(
    SELECT site, key, url, fetched_at, _stream, _seq
    FROM {{.Database}}.page_fetches FINAL
    ORDER BY _seq DESC
    LIMIT 1 BY site, key
) AS p
LEFT JOIN (SELECT source_url, argMax(slug, _seq) AS slug, max(version) AS version FROM {{.Database}}.careers FINAL GROUP BY source_url) AS c
    ON c.source_url = p.url
LEFT JOIN (SELECT stream, seq, any(kind) AS kind, any(reason) AS reason FROM {{.Database}}.dead_letters WHERE state = 'open' AND stage = 'normalize' GROUP BY stream, seq) AS d
    ON d.stream = p._stream AND d.seq = p._seq
COMMENT 'What became of the latest snapshot of each page; a broken page keeps the record published before'
