package main

import (
	"context"
	"fmt"

	"careerstream/ingest"
	"careerstream/normalize"
	"careerstream/normalize/profile"
	"careerstream/schemas/career"
	"careerstream/schemas/fault"
)

type parseCmd struct {
	Files        []string `arg:"" name:"file" help:"Pages: files, folders, globs, or - for standard input."`
	Profile      string   `help:"Read every page with this profile instead of the one that fits its URL." placeholder:"NAME"`
	Profiles     string   `help:"Folder with more site profiles." type:"existingdir" placeholder:"DIR"`
	MaxPageBytes int64    `help:"Largest page that is read, in bytes." default:"10485760"`
}

// Help is shown below the flags.
func (parseCmd) Help() string {
	return `Example: careerstream parse --json page.html

With --json each page gives one line of JSON: the record. A page that cannot be read is named on standard error
and makes the exit code 3; the others are printed all the same.`
}

// Run reads pages and prints their records, without any engine.
func (c parseCmd) Run(ctx context.Context, p *program) error {
	parser, err := newParser(c.Profile, c.Profiles)
	if err != nil {
		return usage("%v", err)
	}
	files := ingest.Files{Sources: c.Files, MaxBytes: c.MaxPageBytes, Stdin: p.stdin}
	pages, failed := 0, 0
	for entry := range files.Entries(ctx) {
		pages++
		record, err := parseEntry(ctx, parser, entry)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			if err := c.print(p, record); err != nil {
				return err
			}
		}
		if err != nil {
			failed++
			hint := ""
			if kind := fault.KindOf(err); kind != fault.Internal {
				hint = "; " + kind.Info().Hint
			}
			fmt.Fprintf(p.stderr, "careerstream: %v%s\n", err, hint)
		}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case pages == 0:
		return incomplete("found no page")
	case failed > 0:
		return incomplete("%d of %s could not be read", failed, plural(pages, "page"))
	}
	return nil
}

// newParser compiles the embedded profiles and those of a folder.
func newParser(forced, folder string) (*normalize.Parser, error) {
	config := normalize.Config{Profile: forced}
	if folder != "" {
		profiles, err := profile.Load(folder)
		if err != nil {
			return nil, err
		}
		config.Profiles = profiles
	}
	return normalize.New(config)
}

func parseEntry(ctx context.Context, parser *normalize.Parser, entry ingest.Entry) (*career.Record, error) {
	if entry.Err != nil {
		return nil, entry.Err
	}
	capture, err := entry.Take(ctx)
	if err != nil {
		return nil, err
	}
	page, err := ingest.Snap(entry.Origin, capture)
	if err != nil {
		return nil, err
	}
	s := page.Snapshot
	record, err := parser.Parse(normalize.Input{
		Body: page.Body, MediaType: s.MediaType, Charset: s.Charset,
		URL: s.URL, Site: s.Site, FetchedAt: s.FetchedAt, BodySHA256: s.BodySHA256,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", entry.Origin, err)
	}
	return record, nil
}

func (c parseCmd) print(p *program, record *career.Record) error {
	if p.JSON {
		return printLine(p.stdout, record)
	}
	return printRecord(p.stdout, *record)
}
