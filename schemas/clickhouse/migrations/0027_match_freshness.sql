CREATE VIEW IF NOT EXISTS {{.Database}}.match_freshness{{.OnCluster}} AS
SELECT status, ifNull(last_success_time, toDateTime(0)) AS as_of, dateDiff('second', as_of, now()) AS lag_seconds,
    ifNull(next_refresh_time, toDateTime(0)) AS next, ifNull(last_success_duration_ms, 0) / 1000 AS took_seconds, exception
FROM system.view_refreshes
WHERE concat('`', database, '`') = '{{.Database}}' AND view = 'match_days_refresh'
COMMENT 'How old the reports may be: every outcome stored before as_of is counted (1970 until the first refresh after a start); exception: why the last refresh failed, or empty'
