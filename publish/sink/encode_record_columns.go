package sink

import (
	"time"

	"careerstream/publish/columns"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

// each takes one value from each item of a list.
func each[T, V any](list []T, value func(T) V) []V {
	out := make([]V, len(list))
	for i, item := range list {
		out[i] = value(item)
	}
	return out
}

// recordColumns are those that careers and career_versions share.
func recordColumns(rows []recordRow) []columns.Column {
	text := func(name string, get func(career.Record) string) columns.Column {
		return columns.Of(name, rows, func(r recordRow) string { return get(r.Record) })
	}
	texts := func(name string, get func(career.Record) []string) columns.Column {
		return columns.Of(name, rows, func(r recordRow) []string { return get(r.Record) })
	}
	duties := func(name string, get func(career.Duty) string) columns.Column {
		return texts("duties."+name, func(r career.Record) []string { return each(r.Duties, get) })
	}
	kinds := func(name string, get func(career.Type) string) columns.Column {
		return texts("types."+name, func(r career.Record) []string { return each(r.Types, get) })
	}
	cols := []columns.Column{
		text("slug", func(r career.Record) string { return r.Slug }),
		text("name", func(r career.Record) string { return r.Name }),
		text("plural", func(r career.Record) string { return r.Plural }),
		texts("also_known_as", func(r career.Record) []string { return r.AlsoKnownAs }),
		texts("definition_paragraphs", func(r career.Record) []string { return r.Definition.Paragraphs }),
		texts("duties_intro", func(r career.Record) []string { return r.DutiesIntro }),
		duties("id", func(d career.Duty) string { return d.ID }),
		duties("name", func(d career.Duty) string { return d.Name }),
		duties("text", func(d career.Duty) string { return d.Text }),
		texts("types_intro", func(r career.Record) []string { return r.TypesIntro }),
		kinds("name", func(t career.Type) string { return t.Name }),
		kinds("abbreviation", func(t career.Type) string { return t.Abbreviation }),
		kinds("text", func(t career.Type) string { return t.Text }),
		kinds("career", func(t career.Type) string { return t.Career }),
		texts("workplace_paragraphs", func(r career.Record) []string { return r.Workplace.Paragraphs }),
		texts("workplace_settings", func(r career.Record) []string { return r.Workplace.Settings }),
		texts("faqs.kind", func(r career.Record) []string { return each(r.FAQs, func(f career.FAQ) string { return f.Kind }) }),
		texts("faqs.question", func(r career.Record) []string { return each(r.FAQs, func(f career.FAQ) string { return f.Question }) }),
		columns.Of("faqs.answer", rows, func(r recordRow) [][]string {
			return each(r.Record.FAQs, func(f career.FAQ) []string { return f.Answer })
		}),
		texts("see_also.name", func(r career.Record) []string { return each(r.SeeAlso, func(l career.Link) string { return l.Name }) }),
		texts("see_also.career", func(r career.Record) []string { return each(r.SeeAlso, func(l career.Link) string { return l.Career }) }),
		texts("sections.heading", func(r career.Record) []string {
			return each(r.Sections, func(s career.Section) string { return s.Heading })
		}),
		columns.Of("sections.level", rows, func(r recordRow) []uint8 {
			return each(r.Record.Sections, func(s career.Section) uint8 { return uint8(s.Level) })
		}),
		columns.Of("sections.text", rows, func(r recordRow) [][]string {
			return each(r.Record.Sections, func(s career.Section) []string { return s.Text })
		}),
		columns.Of("sections.rows", rows, func(r recordRow) [][][]string {
			return each(r.Record.Sections, func(s career.Section) [][]string { return s.Rows })
		}),
		text("source_url", func(r career.Record) string { return r.Source.URL }),
		text("source_site", func(r career.Record) string { return r.Source.Site }),
		columns.Of("source_fetched_at", rows, func(r recordRow) time.Time { return r.Record.Source.FetchedAt.UTC() }),
		text("source_body_sha256", func(r career.Record) string { return r.Source.BodySHA256 }),
		text("source_profile", func(r career.Record) string { return r.Source.Profile }),
		text("source_template", func(r career.Record) string { return r.Source.Template }),
		text("source_extractor", func(r career.Record) string { return r.Source.Extractor }),
		columns.Of("quality_score", rows, func(r recordRow) float64 { return r.Record.Quality.Score }),
		texts("quality_missing", func(r career.Record) []string { return r.Quality.Missing }),
		texts("quality_warnings", func(r career.Record) []string { return r.Quality.Warnings }),
		columns.Of("version", rows, func(r recordRow) uint64 { return r.Record.Version }),
		columns.Of("valid_from", rows, func(r recordRow) time.Time { return r.Record.ValidFrom.UTC() }),
		columns.Of("content_sha256", rows, func(r recordRow) string { return r.ContentSHA256 }),
		columns.Of("basis_snapshot", rows, func(r recordRow) uint64 { return r.Basis.Snapshot }),
		columns.Of("basis_catalog", rows, func(r recordRow) uint64 { return r.Basis.Catalog }),
		columns.Of("record", rows, func(r recordRow) string { return r.record }),
		columns.Of("status", rows, func(r recordRow) string { return r.Record.Status() }),
	}
	cols = append(cols, comparisonColumns(rows)...)
	return append(cols, originColumns(stream.Published, rows, func(r recordRow) origin { return r.origin })...)
}

func comparisonColumns(rows []recordRow) []columns.Column {
	text := func(name string, get func(comparison) string) columns.Column {
		return columns.Of("comparisons."+name, rows, func(r recordRow) []string { return each(r.comparisons, get) })
	}
	dimensions := func(name string, get func(career.Dimension) string) columns.Column {
		return columns.Of("comparisons.dimension_"+name, rows, func(r recordRow) [][]string {
			return each(r.comparisons, func(c comparison) []string { return each(c.Dimensions, get) })
		})
	}
	return []columns.Column{
		text("question", func(c comparison) string { return c.question }),
		text("left", func(c comparison) string { return c.Left }),
		text("right", func(c comparison) string { return c.Right }),
		text("left_career", func(c comparison) string { return c.LeftCareer }),
		text("right_career", func(c comparison) string { return c.RightCareer }),
		text("intro", func(c comparison) string { return c.Intro }),
		text("summary", func(c comparison) string { return c.Summary }),
		dimensions("names", func(d career.Dimension) string { return d.Name }),
		dimensions("lefts", func(d career.Dimension) string { return d.Left }),
		dimensions("rights", func(d career.Dimension) string { return d.Right }),
	}
}

// changeColumns are what career_versions has besides.
func changeColumns(rows []recordRow) []columns.Column {
	text := func(name string, get func(career.Change) string) columns.Column {
		return columns.Of("changes."+name, rows, func(r recordRow) []string { return each(r.Changes, get) })
	}
	return []columns.Column{
		text("kind", func(c career.Change) string { return c.Kind }),
		text("field", func(c career.Change) string { return c.Field }),
		text("before", func(c career.Change) string { return c.Before }),
		text("after", func(c career.Change) string { return c.After }),
		columns.Of("causes", rows, func(r recordRow) []string { return append([]string{}, r.Causes...) }),
	}
}
