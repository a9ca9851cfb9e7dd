ALTER TABLE {{.Database}}.page_checks{{.OnCluster}}
    MODIFY COMMENT 'What each visit of a page found, also where it found nothing new; rows go after 90 days, three times the longest interval between two visits',
    MODIFY TTL toDateTime(at) + INTERVAL 90 DAY
