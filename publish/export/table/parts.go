package table

import "careerstream/schemas/career"

func duties() Table {
	return Table{
		Name: "duties",
		Columns: []Column{
			{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, {"id", Text, "duties.id"}, {"name", Text, "duties.name"}, {"text", Text, "duties.text"},
		},
		Rows: func(p career.Published) []Row {
			return each(p.Record.Duties, func(position uint64, d career.Duty) Row { return Row{p.Record.Slug, position, d.ID, d.Name, d.Text} })
		},
		source: "c ARRAY JOIN duties, arrayEnumerate(`duties.id`) AS position", order: "slug, position",
	}
}

func types() Table {
	return Table{
		Name: "types",
		Columns: []Column{
			{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, {"name", Text, "types.name"},
			{"abbreviation", Text, "types.abbreviation"}, {"text", Text, "types.text"}, {"type_career", Text, "types.career"},
		},
		Rows: func(p career.Published) []Row {
			return each(p.Record.Types, func(position uint64, t career.Type) Row {
				return Row{p.Record.Slug, position, t.Name, t.Abbreviation, t.Text, t.Career}
			})
		},
		source: "c ARRAY JOIN types, arrayEnumerate(`types.name`) AS position", order: "slug, position",
	}
}

func faqs() Table {
	return Table{
		Name: "faqs",
		Columns: []Column{
			{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, {"kind", Text, "faqs.kind"}, {"question", Text, "faqs.question"},
			{"answer", Text, "arrayStringConcat(faqs.answer, '\\n\\n')"},
			{"article_url", Text, "JSONExtractString(raw, 'article', 'url')"},
			{"article_text", Text, "arrayStringConcat(JSONExtract(raw, 'article', 'text', 'Array(String)'), '\\n\\n')"},
		},
		Rows: func(p career.Published) []Row {
			return each(p.Record.FAQs, func(position uint64, f career.FAQ) Row {
				var article career.Article
				if f.Article != nil {
					article = *f.Article
				}
				return Row{p.Record.Slug, position, f.Kind, f.Question, paragraphs(f.Answer), article.URL, paragraphs(article.Text)}
			})
		},
		source: "c ARRAY JOIN faqs, JSONExtractArrayRaw(record, 'faqs') AS raw, arrayEnumerate(`faqs.kind`) AS position",
		order:  "slug, position",
	}
}

func comparisons() Table {
	return Table{
		Name: "comparisons",
		Columns: []Column{
			{"slug", Text, "slug"}, {"comparison", Whole, "toUInt64(comparison)"}, {"position", Whole, "toUInt64(position)"}, {"question", Text, "question"},
			{"left_name", Text, "left_name"}, {"right_name", Text, "right_name"}, {"left_career", Text, "left_career"}, {"right_career", Text, "right_career"},
			{"intro", Text, "intro"}, {"summary", Text, "summary"}, {"dimension", Text, "dimension"}, {"left_text", Text, "left_text"}, {"right_text", Text, "right_text"},
		},
		Rows: comparisonRows,
		source: `(
    SELECT slug, comparison, comparisons.question AS question, comparisons.left AS left_name, comparisons.right AS right_name,
        comparisons.left_career AS left_career, comparisons.right_career AS right_career, comparisons.intro AS intro, comparisons.summary AS summary,
        comparisons.dimension_names AS names, comparisons.dimension_lefts AS lefts, comparisons.dimension_rights AS rights
    FROM c ARRAY JOIN comparisons, arrayEnumerate(` + "`comparisons.question`" + `) AS comparison
) LEFT ARRAY JOIN names AS dimension, lefts AS left_text, rights AS right_text, arrayEnumerate(names) AS position`,
		order: "slug, comparison, position",
	}
}

// comparisonRows has a row for each dimension, and one at position 0 for a
// comparison without any.
func comparisonRows(p career.Published) []Row {
	var rows []Row
	var comparison uint64
	for _, f := range p.Record.FAQs {
		c := f.Comparison
		if c == nil {
			continue
		}
		comparison++
		row := func(position uint64, d career.Dimension) Row {
			return Row{p.Record.Slug, comparison, position, f.Question, c.Left, c.Right, c.LeftCareer, c.RightCareer, c.Intro, c.Summary, d.Name, d.Left, d.Right}
		}
		if len(c.Dimensions) == 0 {
			rows = append(rows, row(0, career.Dimension{}))
		}
		rows = append(rows, each(c.Dimensions, row)...)
	}
	return rows
}

func codes() Table {
	return Table{
		Name: "codes",
		Columns: []Column{
			{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, field("scheme"), field("version"), field("code"), field("uri"), field("title"),
			field("relation"), {"confidence", Real, "JSONExtractFloat(item, 'confidence')"}, field("method"), field("evidence"),
		},
		Rows: func(p career.Published) []Row {
			return each(p.Record.Codes, func(position uint64, c career.Code) Row {
				return Row{p.Record.Slug, position, c.Scheme, c.Version, c.Code, c.URI, c.Title, c.Relation, c.Confidence, c.Method, c.Evidence}
			})
		},
		source: items("codes"), order: "slug, position",
	}
}

func facts() Table {
	pay := func(name string) Column { return Column{name, Real, "JSONExtractFloat(item, 'pay', '" + name + "')"} }
	bounds := func(name, part string) []Column {
		return []Column{
			{name + "_min", Real, "JSONExtractFloat(item, '" + part + "', 'min')"}, {name + "_max", Real, "JSONExtractFloat(item, '" + part + "', 'max')"},
		}
	}
	columns := []Column{
		{"slug", Text, "slug"}, {"position", Whole, "toUInt64(position)"}, field("kind"), field("value"), field("label"), field("field"), field("sentence"),
		{"confidence", Real, "JSONExtractFloat(item, 'confidence')"},
		{"currency", Text, "JSONExtractString(item, 'pay', 'currency')"}, {"duration", Text, "JSONExtractString(item, 'pay', 'duration')"},
		pay("median"), pay("percentile10"), pay("percentile25"), pay("percentile75"), pay("percentile90"), pay("min_value"), pay("max_value"), pay("typical"),
		{"year", Whole, "toUInt64(JSONExtractUInt(item, 'pay', 'year'))"},
	}
	columns = append(columns, bounds("hours_a_week", "week")...)
	columns = append(columns, bounds("years", "years")...)
	return Table{
		Name: "facts", Columns: columns, source: items("facts"), order: "slug, position",
		Rows: func(p career.Published) []Row {
			return each(p.Record.Facts, func(position uint64, f career.Fact) Row {
				var pay career.Pay
				var week, years career.Range
				if f.Pay != nil {
					pay = *f.Pay
				}
				if f.Week != nil {
					week = *f.Week
				}
				if f.Years != nil {
					years = *f.Years
				}
				return Row{
					p.Record.Slug, position, f.Kind, f.Value, f.Label, f.Field, f.Sentence, f.Confidence, pay.Currency, pay.Duration,
					pay.Median, pay.Percentile10, pay.Percentile25, pay.Percentile75, pay.Percentile90, pay.MinValue, pay.MaxValue, pay.Typical,
					uint64(max(pay.Year, 0)), week.Min, week.Max, years.Min, years.Max,
				}
			})
		},
	}
}

// field is a text of the items of a list in the record.
func field(name string) Column { return Column{name, Text, "JSONExtractString(item, '" + name + "')"} }

// items takes a list of objects out of the record, which has no columns of its own.
func items(list string) string {
	raw := "JSONExtractArrayRaw(record, '" + list + "')"
	return "c ARRAY JOIN " + raw + " AS item, arrayEnumerate(" + raw + ") AS position"
}
