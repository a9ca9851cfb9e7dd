CREATE VIEW IF NOT EXISTS {{.Database}}.career_workplaces{{.OnCluster}} AS
SELECT slug, name AS career, workplace_setting AS setting, arrayStringConcat(workplace_paragraphs, '\n\n') AS text,
    version, valid_from
FROM {{.Database}}.careers FINAL
LEFT ARRAY JOIN workplace_settings AS workplace_setting
WHERE notEmpty(workplace_settings) OR notEmpty(workplace_paragraphs)
COMMENT 'Where people work in each career as last published, one row a setting'
