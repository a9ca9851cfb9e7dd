ALTER TABLE {{.Database}}.career_versions{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS causes Array(LowCardinality(String)) COMMENT 'Why there is this version: source-changed, article-arrived, page-retired, page-returned, code-changed, taxonomy-changed, career-arrived, released'
