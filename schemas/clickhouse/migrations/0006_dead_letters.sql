CREATE VIEW IF NOT EXISTS {{.Database}}.dead_letters{{.OnCluster}} AS
SELECT *
FROM {{.Database}}.dead_letter_events
ORDER BY _seq DESC
LIMIT 1 BY stage, stream, seq, origin
COMMENT 'The latest state of each message that could not be processed'
