package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"careerstream/publish/gate/prose"
	"careerstream/schemas/career"
)

// printChanges prints what a version changes, and why there is one. Of a passage
// of prose it shows the sentences that differ.
func printChanges(w io.Writer, published career.Published) error {
	b := &strings.Builder{}
	r := published.Record
	fmt.Fprintf(b, "%s, version %d of %s\n", text.Bold.Sprint(r.Name), r.Version, r.ValidFrom.UTC().Format(time.RFC3339))
	if len(published.Causes) > 0 {
		fmt.Fprintf(b, "because: %s\n", strings.Join(published.Causes, ", "))
	}
	for _, change := range published.Changes {
		fmt.Fprintf(b, "\n%s %s\n", change.Kind, text.Bold.Sprint(change.Field))
		sentences := change.Sentences
		if len(sentences) == 0 && change.Kind == career.Changed {
			sentences = prose.Diff(change.Before, change.After) // the table of versions does not hold them
		}
		if len(sentences) == 0 {
			printSides(b, change.Before, change.After)
		}
		for _, sentence := range sentences {
			printSides(b, sentence.Before, sentence.After)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func printSides(b *strings.Builder, before, after string) {
	if before != "" {
		fmt.Fprintln(b, text.FgRed.Sprint(wrap("- "+before)))
	}
	if after != "" {
		fmt.Fprintln(b, text.FgGreen.Sprint(wrap("+ "+after)))
	}
}
