ALTER TABLE {{.Database}}.page_fetches{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS kind LowCardinality(String) DEFAULT 'page' COMMENT 'page, or article for a page that continues an answer of others',
    ADD COLUMN IF NOT EXISTS parents Array(String) COMMENT 'Keys of the pages that link an article',
    ADD COLUMN IF NOT EXISTS text_sha256 String COMMENT 'SHA-256 of the cleaned text, hex, or empty',
    ADD COLUMN IF NOT EXISTS gone LowCardinality(String) COMMENT 'Why the page is there no more: not-found, absent or moved; empty for a snapshot',
    ADD COLUMN IF NOT EXISTS gone_at DateTime64(3, 'UTC') COMMENT 'When the page was given up; 1970 for a snapshot',
    ADD COLUMN IF NOT EXISTS moved_to String COMMENT 'Where a redirect leads, or empty'
