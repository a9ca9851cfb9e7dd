ALTER TABLE {{.Database}}.careers{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS status LowCardinality(String) DEFAULT 'active' COMMENT 'active, or retired when its page is gone'
