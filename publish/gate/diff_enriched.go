package gate

import (
	"encoding/json"
	"fmt"

	"careerstream/schemas/career"
)

func codes() items[career.Code] {
	return items[career.Code]{
		key:  func(c career.Code) string { return c.Scheme + " " + c.Code },
		show: func(c career.Code) string { return join(" ", c.Code, c.Title) },
		compare: func(d *differ, field string, before, after career.Code) {
			d.text(field+".version", before.Version, after.Version)
			d.text(field+".uri", before.URI, after.URI)
			d.text(field+".title", before.Title, after.Title)
			d.text(field+".relation", before.Relation, after.Relation)
			d.text(field+".confidence", number(before.Confidence), number(after.Confidence))
			d.text(field+".method", before.Method, after.Method)
			d.text(field+".evidence", before.Evidence, after.Evidence)
		},
	}
}

func facts() items[career.Fact] {
	return items[career.Fact]{
		key:  func(f career.Fact) string { return f.Kind + " " + f.Value },
		show: func(f career.Fact) string { return join(": ", f.Label, f.Sentence) },
		compare: func(d *differ, field string, before, after career.Fact) {
			d.text(field+".label", before.Label, after.Label)
			d.text(field+".field", before.Field, after.Field)
			d.text(field+".sentence", before.Sentence, after.Sentence)
			d.text(field+".place", fmt.Sprint(before.Start, before.End), fmt.Sprint(after.Start, after.End))
			d.text(field+".confidence", number(before.Confidence), number(after.Confidence))
			d.text(field+".rule", before.Rule, after.Rule)
			d.text(field+".pay", optional(before.Pay), optional(after.Pay))
			d.text(field+".week", optional(before.Week), optional(after.Week))
			d.text(field+".years", optional(before.Years), optional(after.Years))
		},
	}
}

// optional shows a structure that may be nil, as JSON.
func optional[T any](v *T) string {
	if v == nil {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
