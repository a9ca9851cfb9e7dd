ALTER TABLE {{.Database}}.match_days{{.OnCluster}}
MODIFY COMMENT 'One row a day, computed from quiz_outcomes FINAL by match_days_refresh, so that it can be dropped and comes back; read it with FINAL. Every replica keeps its own. The row of 1970-01-01 counts nothing: its fingerprint is that of the parts of quiz_outcomes, by which the refresh sees that there is nothing to do'
