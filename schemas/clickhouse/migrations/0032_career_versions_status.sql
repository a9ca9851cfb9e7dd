ALTER TABLE {{.Database}}.career_versions{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS status LowCardinality(String) DEFAULT 'active' COMMENT 'active, or retired when its page is gone'
