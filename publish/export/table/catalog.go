package table

import (
	"strings"

	"careerstream/schemas/career"
)

// paragraphSeparator stands between paragraphs.
const paragraphSeparator = "\n\n"

func careers() Table {
	return Table{
		Name: "careers",
		Columns: []Column{
			{"slug", Text, "slug"}, {"name", Text, "name"}, {"plural", Text, "plural"}, {"also_known_as", List, "also_known_as"},
			{"status", Text, "toString(status)"},
			{"definition", Text, "arrayStringConcat(definition_paragraphs, '\\n\\n')"},
			{"workplace", Text, "arrayStringConcat(workplace_paragraphs, '\\n\\n')"},
			{"workplace_settings", List, "workplace_settings"},
			{"site", Text, "toString(source_site)"}, {"url", Text, "source_url"},
			{"fetched_at", Time, "source_fetched_at"},
			{"quality_score", Real, "quality_score"}, {"quality_missing", List, "quality_missing"},
			{"retired_since", Time, "parseDateTime64BestEffortOrNull(JSONExtractString(record, 'retired', 'since'), 3, 'UTC')"},
			{"retired_reason", Text, "JSONExtractString(record, 'retired', 'reason')"},
			{"replaced_by", Text, "JSONExtractString(record, 'retired', 'replaced_by')"},
			{"content_sha256", Text, "content_sha256"}, {"version", Whole, "version"}, {"valid_from", Time, "valid_from"},
		},
		Rows: func(p career.Published) []Row {
			r := p.Record
			var gone career.Retirement
			if r.Retired != nil {
				gone = *r.Retired
			}
			return []Row{{
				r.Slug, r.Name, r.Plural, r.AlsoKnownAs, r.Status(), paragraphs(r.Definition.Paragraphs), paragraphs(r.Workplace.Paragraphs),
				r.Workplace.Settings, r.Source.Site, r.Source.URL, millis(r.Source.FetchedAt), r.Quality.Score, r.Quality.Missing,
				millis(gone.Since), gone.Reason, gone.ReplacedBy, p.ContentSHA256, r.Version, millis(r.ValidFrom),
			}}
		},
		source: "c", order: "slug",
	}
}

func aliases() Table {
	return Table{
		Name:    "aliases",
		Columns: []Column{{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, {"alias", Text, "alias"}},
		Rows: func(p career.Published) []Row {
			return each(p.Record.Aliases, func(position uint64, alias string) Row { return Row{p.Record.Slug, position, alias} })
		},
		source: "c ARRAY JOIN JSONExtract(record, 'aliases', 'Array(String)') AS alias, arrayEnumerate(JSONExtract(record, 'aliases', 'Array(String)')) AS position",
		order:  "slug, position",
	}
}

func links() Table {
	return Table{
		Name: "links",
		Columns: []Column{
			{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, {"kind", Text, "link.1"},
			{"linked_name", Text, "link.2"}, {"linked_career", Text, "link.3"},
		},
		Rows: func(p career.Published) []Row {
			return each(linksOf(p.Record), func(position uint64, l [3]string) Row { return Row{p.Record.Slug, position, l[0], l[1], l[2]} })
		},
		source: `(
    SELECT slug, arrayDistinct(arrayFilter(l -> l.3 != slug, arrayConcat(
        arrayMap((n, s) -> ('see_also', n, s), ` + "`see_also.name`, `see_also.career`" + `),
        arrayMap((n, s) -> ('type', n, s), ` + "`types.name`, `types.career`" + `),
        arrayMap((n, s) -> ('comparison', n, s), ` + "`comparisons.left`, `comparisons.left_career`" + `),
        arrayMap((n, s) -> ('comparison', n, s), ` + "`comparisons.right`, `comparisons.right_career`" + `)))) AS links
    FROM c
) ARRAY JOIN links AS link, arrayEnumerate(links) AS position`,
		order: "slug, position",
	}
}

// linksOf gives kind, name and slug of every other career that the record names.
func linksOf(r career.Record) [][3]string {
	var all, left, right [][3]string
	for _, l := range r.SeeAlso {
		all = append(all, [3]string{"see_also", l.Name, l.Career})
	}
	for _, t := range r.Types {
		all = append(all, [3]string{"type", t.Name, t.Career})
	}
	for _, f := range r.FAQs {
		if c := f.Comparison; c != nil {
			left = append(left, [3]string{"comparison", c.Left, c.LeftCareer})
			right = append(right, [3]string{"comparison", c.Right, c.RightCareer})
		}
	}
	seen := map[[3]string]bool{}
	var out [][3]string
	for _, l := range append(append(all, left...), right...) {
		if l[2] != r.Slug && !seen[l] {
			seen[l] = true
			out = append(out, l)
		}
	}
	return out
}

// each numbers the items from 1.
func each[T any](items []T, row func(position uint64, item T) Row) []Row {
	rows := make([]Row, len(items))
	for i, item := range items {
		rows[i] = row(uint64(i+1), item)
	}
	return rows
}

func paragraphs(texts []string) string { return strings.Join(texts, paragraphSeparator) }
