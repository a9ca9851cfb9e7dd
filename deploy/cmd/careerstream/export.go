package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"careerstream/deploy/app"
	"careerstream/enrich/code"
	"careerstream/publish/export"
	"careerstream/publish/export/release"
	"careerstream/publish/store"
)

type exportCmd struct {
	Catalog exportCatalogCmd `cmd:"" default:"withargs" help:"Write the published catalog as a release."`
	Diff    exportDiffCmd    `cmd:"" help:"Say what differs between two releases."`
	Verify  exportVerifyCmd  `cmd:"" help:"Check every file of a release against its manifest."`
}

type exportCatalogCmd struct {
	Format  string `help:"Output format: ${enum}." enum:"ndjson,jsonld,csv,parquet" default:"ndjson"`
	Out     string `help:"Folder for the release; with ndjson and jsonld also a file of that extension, or - for standard output." default:"-" placeholder:"DIR"`
	Release string `help:"Name of the release, a folder in the folder of --out (default: the time)." placeholder:"NAME"`
	Site    string `help:"Careers of this site alone." placeholder:"HOST"`
	Status  string `help:"Careers to export: ${enum}." enum:"active,retired,all" default:"all"`
	AsOf    moment `help:"The catalog as it was at this time (RFC 3339), or at the beginning of a day (UTC)." placeholder:"TIME"`
	Guard   bool   `name:"csv-guard" help:"In CSV put an apostrophe before what a spreadsheet would take for a formula."`
	ONET    string `name:"onet" help:"Folder with O*NET's text files, for the attribution of its codes." type:"existingdir" env:"CAREERSTREAM_ONET" placeholder:"DIR"`
	ESCO    string `name:"esco" help:"Folder with ESCO's CSV files, likewise." type:"existingdir" env:"CAREERSTREAM_ESCO" placeholder:"DIR"`
}

// Help is shown below the flags.
func (exportCatalogCmd) Help() string {
	return `Example: careerstream export --format csv --out releases --release 2026-11

The release is the folder releases/2026-11 with the data, manifest.json and SHA256SUMS (sha256sum -c). It appears when it
is complete, or not at all. It holds everything published up to the sequence that the manifest names, sorted by slug; the
same state gives the same bytes.

ndjson, jsonld and csv need no ClickHouse. CSV follows RFC 4180 and holds texts as they are: a text that begins with = or +
is a formula to a spreadsheet, unless --csv-guard is given. parquet has the same tables as csv.`
}

// Run writes the catalog.
func (c exportCatalogCmd) Run(ctx context.Context, p *program) error {
	lines := export.Lines(c.Format)
	extension := filepath.Ext(c.Out)
	file := slices.Contains([]string{".ndjson", ".jsonl", ".jsonld"}, extension)
	switch {
	case !file && slices.Contains([]string{".json", ".csv", ".parquet"}, extension):
		return usage("--out %s: want a folder, a file that ends in .ndjson, .jsonl or .jsonld, or -", c.Out)
	case !lines && (c.Out == "-" || file):
		return usage("--format %s is a file for each table: name a folder with --out", c.Format)
	case c.Release != "" && (c.Out == "-" || file):
		return usage("--release names a folder in the folder of --out; %q is none", c.Out)
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	if c.Out == "-" || file {
		return c.single(ctx, p, options, file)
	}
	name := c.Release
	if name == "" {
		name = time.Now().UTC().Format("20060102T150405Z")
	}
	var made release.Manifest
	if c.Format == export.Parquet {
		err = p.withStore(ctx, func(s *store.Store) error {
			made, err = export.FromTables(ctx, s, c.Out, name, options)
			return err
		})
	} else {
		err = c.withStream(ctx, p, func(s export.Stream) error {
			made, err = export.FromStream(ctx, s, c.Out, name, options)
			return err
		})
	}
	if err != nil {
		return err
	}
	if p.JSON {
		return printJSON(p.stdout, made)
	}
	return printRelease(p.stdout, filepath.Join(c.Out, name), made)
}

// single writes one file, or to standard output.
func (c exportCatalogCmd) single(ctx context.Context, p *program, options export.Options, file bool) error {
	return c.withStream(ctx, p, func(s export.Stream) error {
		if !file {
			_, err := export.ToWriter(ctx, s, p.stdout, options)
			return err
		}
		var made release.Manifest
		err := release.ReplaceFile(c.Out, func(w io.Writer) (err error) {
			made, err = export.ToWriter(ctx, s, w, options)
			return err
		})
		if err != nil {
			return err
		}
		if p.JSON {
			return printJSON(p.stdout, made)
		}
		return printRelease(p.stdout, c.Out, made)
	})
}

func (c exportCatalogCmd) options() (export.Options, error) {
	attributions, err := c.attributions()
	return export.Options{
		Format: c.Format, Site: c.Site, Status: c.Status, AsOf: c.AsOf.Time, Guard: c.Guard,
		Attributions: attributions, Generator: "careerstream " + programVersion(),
	}, err
}

// attributions reads the taxonomies that the codes of the catalog come from.
func (c exportCatalogCmd) attributions() ([]release.Attribution, error) {
	if c.ONET == "" && c.ESCO == "" {
		return nil, nil
	}
	taxonomies, err := code.Load(code.Config{ONETDir: c.ONET, ESCODir: c.ESCO})
	if err != nil {
		return nil, fmt.Errorf("read taxonomies: %w", err)
	}
	var all []release.Attribution
	for _, a := range taxonomies.Attributions() {
		schemes := []string{string(a.Scheme), "soc-2018", "soc-2010"}
		if a.Scheme == code.ESCO {
			schemes = []string{string(a.Scheme), "isco-08"}
		}
		all = append(all, release.Attribution{Schemes: schemes, Version: a.Version, Text: a.Text, Licence: a.Licence, URL: a.URL})
	}
	return all, nil
}

func programVersion() string {
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" {
		return build.Main.Version
	}
	return "(unknown)"
}

func (c exportCatalogCmd) withStream(ctx context.Context, p *program, run func(export.Stream) error) error {
	return p.withEngines(ctx, app.Need{Broker: true}, func(engines *app.Engines) error {
		return run(app.Published(engines.Broker))
	})
}

func printRelease(w io.Writer, path string, m release.Manifest) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d careers (%d active, %d retired), %s up to %d\n", path, m.Counts.Careers, m.Counts.Active, m.Counts.Retired, m.Source.Stream, m.Source.LastSequence)
	for _, f := range m.Files {
		fmt.Fprintf(&b, "  %-22s %9d rows %12d bytes  %.12s\n", f.Name, f.Rows, f.Bytes, f.SHA256)
	}
	for _, warning := range m.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
