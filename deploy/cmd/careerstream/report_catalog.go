package main

import (
	"context"
	"errors"

	"careerstream/publish/store"
)

// catalogFlags are those of the reports on the catalog.
type catalogFlags struct {
	Site   string `help:"Only this site." placeholder:"HOST"`
	Format string `help:"Output format: ${enum}." enum:"table,csv,json" default:"table"`
}

type (
	coverageCmd  struct{ catalogFlags }
	freshnessCmd struct{ catalogFlags }
)

// Help is shown below the flags.
func (coverageCmd) Help() string {
	return `Example: careerstream report coverage --format csv

have: living careers of a site that have the part, of total; quality parts: the mean value over its careers.`
}

// Help is shown below the flags.
func (freshnessCmd) Help() string {
	return `Example: careerstream report freshness --site careers.example

verified: the last visit that found the page, changed or not; stale since: a damaged page is held back since then.`
}

// Run prints how complete the catalog is, part by part.
func (c coverageCmd) Run(ctx context.Context, p *program) error {
	return c.ask(ctx, p, `SELECT * FROM
(
    SELECT site, part, toString(have) AS have, toString(total) AS total, share FROM catalog_coverage
    UNION ALL
    SELECT site, 'quality: ' || part_name AS part, '' AS have, toString(uniqExact(slug)) AS total, round(avg(value), 4) AS share
    FROM career_quality WHERE weight > 0 GROUP BY site, part_name
    UNION ALL
    SELECT source_site AS site, 'quality' AS part, '' AS have, toString(count()) AS total, round(avg(quality_score), 4) AS share
    FROM careers FINAL WHERE status = 'active' GROUP BY source_site
)`, "ORDER BY site, part")
}

// Run prints how old the knowledge about each career is, the oldest first.
func (c freshnessCmd) Run(ctx context.Context, p *program) error {
	return c.ask(ctx, p, `SELECT slug, site, status, version, last_changed, last_verified, days_since_verified, stale_since FROM catalog_freshness`,
		"ORDER BY last_verified, slug")
}

func (c catalogFlags) ask(ctx context.Context, p *program, sql, order string) error {
	return p.withStore(ctx, func(s *store.Store) error {
		options := store.QueryOptions{ReadOnly: true}
		if c.Site != "" {
			sql += " WHERE site = {site:String}"
			options.Parameters = map[string]string{"site": c.Site}
		}
		cursor, err := s.Stream(ctx, sql+" "+order, options)
		if err != nil {
			return err
		}
		format := c.Format
		if p.JSON {
			format = "json"
		}
		return errors.Join(queryCmd{}.print(p.stdout, format, cursor), cursor.Close())
	})
}
