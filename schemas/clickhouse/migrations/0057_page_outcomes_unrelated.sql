CREATE OR REPLACE VIEW {{.Database}}.page_outcomes{{.OnCluster}} AS
SELECT p.site AS site, p.key AS key, p.url AS url, p.fetched_at AS fetched_at, h.checked_at AS checked_at,
    multiIf(p.gone != '', 'gone', d.kind != '', 'broken', p.kind = 'article', 'article', c.slug != '', 'published', u.unrelated != '', 'unrelated', 'waiting') AS outcome,
    d.kind AS fault, multiIf(p.gone != '', p.gone, d.kind != '', d.reason, outcome = 'unrelated', u.unrelated, '') AS reason, c.slug AS slug, c.version AS version, p._seq AS snapshot
FROM
(
    SELECT site, key, url, kind, gone, fetched_at, _stream, _seq
    FROM {{.Database}}.page_fetches FINAL
    ORDER BY _seq DESC
    LIMIT 1 BY site, key
) AS p
LEFT JOIN (SELECT source_url, argMax(slug, _seq) AS slug, max(version) AS version FROM {{.Database}}.careers FINAL GROUP BY source_url) AS c
    ON c.source_url = p.url
LEFT JOIN (SELECT stream, seq, any(kind) AS kind, any(reason) AS reason FROM {{.Database}}.dead_letters WHERE state = 'open' AND stage = 'normalize' GROUP BY stream, seq) AS d
    ON d.stream = p._stream AND d.seq = p._seq
LEFT JOIN (SELECT site, key, max(at) AS checked_at FROM {{.Database}}.page_checks WHERE outcome IN ('changed', 'not-modified', 'unchanged', 'same-text', 'fresh') GROUP BY site, key) AS h
    ON h.site = p.site AND h.key = p.key
LEFT JOIN (SELECT site, key, argMax(reason, _seq) AS unrelated, argMax(snapshot, _seq) AS read FROM {{.Database}}.page_readings GROUP BY site, key) AS u
    ON u.site = p.site AND u.key = p.key AND u.read = p._seq
COMMENT 'What became of the latest snapshot of each page; a broken page keeps the record published before, an unrelated one holds no career'
