package main

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"careerstream/schemas"
	"careerstream/schemas/fault"
	"careerstream/schemas/jsonschema"
)

type schemasCmd struct {
	Name    string `arg:"" optional:"" help:"A schema's name, 'faults', 'asyncapi' for the AsyncAPI 3 document, or 'check' to hold the schemas against every release; without it, the list."`
	Against string `help:"For check: a folder of schemas to compare with, instead of the releases." placeholder:"DIR" type:"existingdir"`
}

// Help is shown below the flags.
func (schemasCmd) Help() string {
	return "Example: careerstream schemas careerstream.record.published.v1"
}

// Run prints the contracts.
func (c schemasCmd) Run(p *program) error {
	if c.Against != "" && c.Name != "check" {
		return usage("--against goes with: careerstream schemas check")
	}
	switch c.Name {
	case "":
		return c.list(p)
	case "faults":
		return c.faults(p)
	case "asyncapi":
		return c.asyncAPI(p)
	case "check":
		return c.check(p)
	}
	text, err := jsonschema.Read(c.Name)
	if err != nil {
		return usage("%v", err)
	}
	_, err = p.stdout.Write(text)
	return err
}

func (schemasCmd) list(p *program) error {
	type row struct {
		Type    string `json:"type"`
		Subject string `json:"subject"`
		Stream  string `json:"stream"`
	}
	var rows []row
	for _, contract := range schemas.Contracts() {
		rows = append(rows, row{contract.Type, contract.Subject, contract.Stream})
	}
	if p.JSON {
		return printJSON(p.stdout, rows)
	}
	t := newTable(p.stdout, "Events", table.Row{"type", "subject", "stream"}, 60)
	for _, r := range rows {
		t.AppendRow(table.Row{r.Type, r.Subject, r.Stream})
	}
	t.Render()
	_, err := fmt.Fprintln(p.stdout, "\nPrint a schema with: careerstream schemas TYPE      Print the faults with: careerstream schemas faults\nThe AsyncAPI document: careerstream schemas asyncapi    Hold them against the releases: careerstream schemas check")
	return err
}

func (schemasCmd) faults(p *program) error {
	if p.JSON {
		return printJSON(p.stdout, fault.Table())
	}
	t := newTable(p.stdout, "Faults", table.Row{"kind", "class", "what", "what to do"}, 60)
	for _, row := range fault.Table() {
		t.AppendRow(table.Row{row.Kind, row.Class, row.Label, row.Hint})
	}
	t.Render()
	return nil
}
