package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"careerstream/schemas/asyncapi"
	"careerstream/schemas/compat"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/released"
)

func (schemasCmd) asyncAPI(p *program) error {
	text, err := asyncapi.Document()
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

// checked is the outcome of a comparison with one release.
type checked struct {
	Release string         `json:"release"`
	Schemas int            `json:"schemas"`
	Breaks  []compat.Break `json:"breaks"`
}

// check holds today's schemas against the releases, or against a folder, and
// ends with exit code 3 when they do not go together.
func (c schemasCmd) check(p *program) error {
	texts := make(map[string][]byte)
	for _, name := range jsonschema.Names() {
		text, err := jsonschema.Read(name)
		if err != nil {
			return err
		}
		texts[name] = text
	}
	today, err := compat.New(texts)
	if err != nil {
		return err
	}
	var results []checked
	if c.Against != "" {
		result, err := checkAgainst(c.Against, os.DirFS(c.Against), today)
		if err != nil {
			return usage("%v", err)
		}
		results = append(results, result)
	} else {
		for _, version := range released.Versions() {
			result, err := checkAgainst(version, released.FS(version), today)
			if err != nil {
				return err
			}
			results = append(results, result)
		}
	}
	if p.JSON {
		err = printJSON(p.stdout, results)
	} else {
		err = printChecked(p.stdout, results)
	}
	if err != nil {
		return err
	}
	broken := 0
	for _, result := range results {
		broken += len(result.Breaks)
	}
	if broken > 0 {
		return incomplete("%d changes break the contract: make them compatible, or a new major version of the type", broken)
	}
	return nil
}

func checkAgainst(release string, fsys fs.FS, today *compat.Set) (checked, error) {
	result := checked{Release: release, Breaks: []compat.Break{}}
	then, err := compat.Load(fsys)
	if err != nil {
		return result, fmt.Errorf("release %s: %w", release, err)
	}
	if len(then.Names()) == 0 {
		return result, fmt.Errorf("release %s: no schemas (*.json) are there", release)
	}
	for _, name := range then.Names() {
		breaks, err := compat.Check(then, today, name)
		if err != nil {
			return result, fmt.Errorf("release %s: %w", release, err)
		}
		result.Schemas++
		result.Breaks = append(result.Breaks, breaks...)
	}
	return result, nil
}

func printChecked(w io.Writer, results []checked) error {
	var b strings.Builder
	for _, result := range results {
		mark := yes()
		if len(result.Breaks) > 0 {
			mark = no()
		}
		fmt.Fprintf(&b, "%s release %s: %d schemas, %d breaks\n", mark, result.Release, result.Schemas, len(result.Breaks))
		for _, broken := range result.Breaks {
			fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(broken.String(), "\n", "\n  "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
