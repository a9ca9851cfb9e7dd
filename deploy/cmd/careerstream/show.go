package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"careerstream/deploy/app"
	"careerstream/publish/store"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

type showCmd struct {
	Slug    string `arg:"" help:"The career's slug, such as dental-hygienist."`
	Version uint64 `help:"Show this version instead of the latest."`
	AsOf    moment `help:"Show the version that was valid at this time (RFC 3339), or at the beginning of a day (UTC)." placeholder:"TIME"`
	Changes bool   `help:"Show what changed since the version before, and why."`
	Why     string `help:"Show where a field comes from: page, snapshot and sentence. FIELD is facts, codes, relations, duties, or a value." placeholder:"FIELD"`
	Graph   bool   `help:"Show the careers around it: the latest version's relations."`
	Depth   int    `help:"How many steps --graph goes." default:"2"`
}

// Help is shown below the flags.
func (showCmd) Help() string {
	return "Example: careerstream show dental-hygienist --changes\n         careerstream show dental-hygienist --why facts.education"
}

// Run prints a published record.
func (c showCmd) Run(ctx context.Context, p *program) error {
	if c.Slug == "" || strings.ContainsFunc(c.Slug, notOfSlug) {
		return c.unknown()
	}
	if c.Graph {
		return c.graph(ctx, p)
	}
	var published career.Published
	var err error
	if c.Version > 0 || !c.AsOf.IsZero() {
		published, err = c.fromHistory(ctx, p)
	} else {
		published, err = c.latest(ctx, p)
	}
	if err != nil {
		return err
	}
	if c.Why != "" {
		found, err := explain(published.Record, c.Why)
		if err != nil {
			return err
		}
		if p.JSON {
			return printJSON(p.stdout, found)
		}
		return printWhy(p.stdout, found)
	}
	switch {
	case p.JSON && c.Changes:
		return printJSON(p.stdout, published)
	case p.JSON:
		return printJSON(p.stdout, published.Record)
	case c.Changes:
		return printChanges(p.stdout, published)
	}
	return printRecord(p.stdout, published.Record)
}

// notOfSlug finds what no slug holds and what the broker would take for a part of
// its subject.
func notOfSlug(r rune) bool { return r <= ' ' || strings.ContainsRune(".*>/", r) }

// graph prints the graph around the career.
func (c showCmd) graph(ctx context.Context, p *program) error {
	if c.Depth < 1 || c.Depth > 10 || c.Changes || c.Version > 0 || !c.AsOf.IsZero() {
		return usage("--graph takes --depth from 1 to 10, and none of --changes, --version and --as-of")
	}
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		root, err := graphOf(ctx, engines, c.Slug, c.Depth-1)
		if err != nil {
			return err
		}
		if root == nil {
			return c.unknown()
		}
		if p.JSON {
			return printJSON(p.stdout, root)
		}
		return printGraph(p.stdout, root)
	})
}

func (c showCmd) unknown() error {
	return fmt.Errorf("no career %q is published; list them with: careerstream query \"SELECT slug FROM careers FINAL\"", c.Slug)
}

func (c showCmd) latest(ctx context.Context, p *program) (career.Published, error) {
	var published career.Published
	err := p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		value, _, err := engines.Broker.Bucket(stream.Careers).Get(ctx, c.Slug)
		if err != nil {
			return err
		}
		if value == nil {
			return c.unknown()
		}
		return decodePublished(value, &published)
	})
	return published, err
}

func (c showCmd) fromHistory(ctx context.Context, p *program) (career.Published, error) {
	var published career.Published
	err := p.withStore(ctx, func(s *store.Store) error {
		sql := "SELECT record, `changes.kind`, `changes.field`, `changes.before`, `changes.after`, causes FROM career_versions FINAL WHERE slug = {slug:String}"
		parameters := map[string]string{"slug": c.Slug}
		if c.Version > 0 {
			sql += " AND version = {version:UInt64}"
			parameters["version"] = strconv.FormatUint(c.Version, 10)
		}
		if !c.AsOf.IsZero() {
			sql += " AND valid_from <= parseDateTime64BestEffort({as_of:String}, 3)"
			parameters["as_of"] = c.AsOf.UTC().Format(time.RFC3339Nano)
		}
		result, err := s.Query(ctx, sql+" ORDER BY version DESC LIMIT 1", store.QueryOptions{ReadOnly: true, Parameters: parameters})
		if err != nil {
			return err
		}
		if len(result.Rows) == 0 {
			return c.unknown()
		}
		row := result.Rows[0]
		if err := json.Unmarshal([]byte(result.Columns[0].Text(row[0])), &published.Record); err != nil {
			return fmt.Errorf("read stored record: %w", err)
		}
		published.Causes, _ = row[5].([]string)
		published.Changes, err = readChanges(row[1:5])
		return err
	})
	return published, err
}

// readChanges puts the parallel columns kind, field, before and after together.
func readChanges(columns []any) ([]career.Change, error) {
	lists := make([][]string, len(columns))
	for i, column := range columns {
		list, ok := column.([]string)
		if !ok || len(list) != len(columns[0].([]string)) {
			return nil, fmt.Errorf("read stored changes: column %d holds %T", i+1, column)
		}
		lists[i] = list
	}
	changes := make([]career.Change, len(lists[0]))
	for i := range changes {
		changes[i] = career.Change{Kind: lists[0][i], Field: lists[1][i], Before: lists[2][i], After: lists[3][i]}
	}
	return changes, nil
}

func decodePublished(value []byte, published *career.Published) error {
	if err := json.Unmarshal(value, published); err != nil {
		return fmt.Errorf("read published record: %w", err)
	}
	return nil
}

// printRecord prints a record as a person would like to read it.
func printRecord(w io.Writer, r career.Record) error {
	b := &strings.Builder{}
	heading := func(format string, args ...any) {
		fmt.Fprintf(b, "\n%s\n", text.Bold.Sprintf(format, args...))
	}
	prose := func(paragraphs ...string) {
		for _, paragraph := range paragraphs {
			if paragraph != "" {
				fmt.Fprintln(b, wrap(paragraph))
			}
		}
	}
	item := func(name, body, career string) {
		line := "  • " + joinNonEmpty(": ", name, body)
		if career != "" {
			line += " → " + career
		}
		fmt.Fprintln(b, strings.ReplaceAll(wrap(line), "\n", "\n    "))
	}
	fmt.Fprintf(b, "%s  (%s)\n", text.Bold.Sprint(r.Name), r.Slug)
	if r.Version > 0 {
		fmt.Fprintf(b, "version %d of %s, quality %.2f\n", r.Version, r.ValidFrom.UTC().Format(time.DateTime), r.Quality.Score)
	}
	if len(r.AlsoKnownAs) > 0 {
		fmt.Fprintf(b, "also known as %s\n", strings.Join(r.AlsoKnownAs, ", "))
	}
	fmt.Fprintln(b, r.Source.URL)
	heading("What it is")
	prose(r.Definition.Paragraphs...)
	heading("Duties (%d)", len(r.Duties))
	for _, duty := range r.Duties {
		item(duty.Name, duty.Text, "")
	}
	heading("Types (%d)", len(r.Types))
	for _, typ := range r.Types {
		name := typ.Name
		if typ.Abbreviation != "" {
			name += " (" + typ.Abbreviation + ")"
		}
		item(name, typ.Text, typ.Career)
	}
	heading("%s", joinNonEmpty(": ", "Workplace", strings.Join(r.Workplace.Settings, ", ")))
	prose(r.Workplace.Paragraphs...)
	for _, faq := range r.FAQs {
		heading("%s", faq.Question)
		prose(faq.Answer...)
		if c := faq.Comparison; c != nil {
			prose(c.Intro)
			for _, d := range c.Dimensions {
				fmt.Fprintf(b, "  %s\n", text.Underline.Sprint(d.Name))
				item(c.Left, d.Left, "")
				item(c.Right, d.Right, "")
			}
			prose(c.Summary)
		}
	}
	if len(r.SeeAlso) > 0 {
		heading("See also")
		for _, link := range r.SeeAlso {
			item(link.Name, "", link.Career)
		}
	}
	if len(r.Sections) > 0 {
		heading("Other sections")
		for _, section := range r.Sections {
			item(section.Heading, fmt.Sprintf("%d paragraphs, %d table rows", len(section.Text), len(section.Rows)), "")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wrap breaks a text at blanks for a terminal. The library fills short lines
// up with blanks, which have no place in a pipe.
func wrap(s string) string {
	lines := strings.Split(text.WrapSoft(s, 100), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

func joinNonEmpty(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}
