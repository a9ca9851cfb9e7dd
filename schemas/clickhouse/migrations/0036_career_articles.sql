CREATE VIEW IF NOT EXISTS {{.Database}}.career_articles{{.OnCluster}} AS
SELECT slug, name AS career, JSONExtractString(faq, 'question') AS question, JSONExtractString(faq, 'article', 'url') AS url,
    JSONExtract(faq, 'article', 'text', 'Array(String)') AS text, JSONExtractString(faq, 'article', 'body_sha256') AS body_sha256
FROM {{.Database}}.careers FINAL
ARRAY JOIN JSONExtractArrayRaw(record, 'faqs') AS faq
WHERE JSONHas(faq, 'article')
COMMENT 'Articles that continue an answer of a career; text is empty while the article is missing'
