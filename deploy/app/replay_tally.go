package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"careerstream/publish/gate"
	"careerstream/schemas/career"
)

// How a field differs; the order is that of the masks of a decision.
var howNames = [...]string{"gained", "lost", "changed"}

const (
	gained = iota
	lost
	changed
)

// judged is what became of one page of a career.
type judged struct {
	address string
	// was is the career that the page was read as before, or "".
	was string
	// before is the career's record before the replay, nil without one, and seq its
	// sequence.
	before *career.Record
	seq    uint64
	after  *career.Record
	// snapshot that after was read from.
	snapshot uint64
}

// decision is what is kept of it.
type decision struct {
	snapshot, seq             uint64
	arrived, same             bool
	started, renamed, linking bool
	fields                    [len(howNames)]uint64
}

// tally counts decisions. There is one of each career, so that of several pages
// of a career the last one counts.
type tally struct {
	examples                       int
	decided                        map[string]decision
	superseded, silent, unreadable int
	stopped                        int
	names                          []string
	fieldExamples                  map[string][]FieldExample
	pageExamples                   map[string][]PageBlast
}

func newTally(examples int) *tally {
	return &tally{
		examples: examples, decided: make(map[string]decision),
		fieldExamples: make(map[string][]FieldExample), pageExamples: make(map[string][]PageBlast),
	}
}

// Kinds of examples of pages.
const (
	stoppedPages = "stopped"
	startedPages = "started"
	renamedPages = "renamed"
)

// refuse counts a page that makes no record.
func (t *tally) refuse(address, was string, why error) {
	t.unreadable++
	if was != "" {
		t.stopped++
		t.page(stoppedPages, PageBlast{URL: address, Was: was, Why: why.Error()})
	}
}

func (t *tally) page(kind string, example PageBlast) {
	if len(t.pageExamples[kind]) < t.examples {
		t.pageExamples[kind] = append(t.pageExamples[kind], example)
	}
}

// forget takes back the decision on a career: another page of it counts. That
// page then is superseded.
func (t *tally) forget(slug string) {
	delete(t.decided, slug)
	t.superseded++
	for field := range t.fieldExamples {
		t.fieldExamples[field] = slices.DeleteFunc(t.fieldExamples[field], func(e FieldExample) bool { return e.Slug == slug })
	}
	for kind := range t.pageExamples {
		t.pageExamples[kind] = slices.DeleteFunc(t.pageExamples[kind], func(p PageBlast) bool { return p.Slug == slug })
	}
}

// decide counts what a page makes of its career.
func (t *tally) decide(o judged) error {
	slug := o.after.Slug
	d := decision{snapshot: o.snapshot, seq: o.seq, arrived: o.before == nil}
	if d.arrived {
		d.linking = true
	} else if err := t.compare(&d, *o.before, *o.after); err != nil {
		return err
	}
	if !d.same {
		d.started, d.renamed = o.was == "", o.was != "" && o.was != slug
	}
	example := PageBlast{URL: o.address, Was: o.was, Slug: slug}
	if d.started {
		t.page(startedPages, example)
	}
	if d.renamed {
		t.page(renamedPages, example)
	}
	t.decided[slug] = d
	return nil
}

// compare fills in how the fields of two records differ.
func (t *tally) compare(d *decision, before, after career.Record) error {
	x, err := fieldsOf(before)
	if err != nil {
		return err
	}
	y, err := fieldsOf(after)
	if err != nil {
		return err
	}
	d.same = true
	both := make(map[string]bool, len(x)+len(y))
	for field := range x {
		both[field] = true
	}
	for field := range y {
		both[field] = true
	}
	var changes []career.Change
	for _, field := range sortedKeys(both) {
		if bytes.Equal(x[field], y[field]) {
			continue
		}
		how := changed
		switch {
		case empty(x[field]):
			how = gained
		case empty(y[field]):
			how = lost
		}
		d.same = false
		d.fields[how] |= 1 << t.index(field)
		if t.wants(field, how) {
			if changes == nil {
				changes = gate.Diff(before, after)
			}
			t.example(after.Slug, field, how, changes)
		}
	}
	d.linking = !slices.Equal(linkingNames(before), linkingNames(after))
	return nil
}

// index is the place of a field in the masks. A record has far fewer than 64.
func (t *tally) index(field string) int {
	i := slices.Index(t.names, field)
	if i < 0 {
		i = len(t.names)
		t.names = append(t.names, field)
	}
	return min(i, 63)
}

func (t *tally) wants(field string, how int) bool {
	n := 0
	for _, e := range t.fieldExamples[field] {
		if e.How == howNames[how] {
			n++
		}
	}
	return n < t.examples
}

// maxExample is the longest text of an example, in bytes.
const maxExample = 160

func (t *tally) example(slug, field string, how int, changes []career.Change) {
	for _, c := range changes {
		if rest, ok := strings.CutPrefix(c.Field, field); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			t.fieldExamples[field] = append(t.fieldExamples[field], FieldExample{howNames[how], slug, c.Field, clip(c.Before), clip(c.After)})
			return
		}
	}
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxExample {
		s = strings.ToValidUTF8(s[:maxExample], "") + "…"
	}
	return s
}

// fieldsOf is the record's content by field.
func fieldsOf(r career.Record) (map[string]json.RawMessage, error) {
	data, err := r.Content()
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, fmt.Errorf("read content of %s: %w", r.Slug, err)
	}
	return fields, nil
}

// empty reports whether a JSON value says nothing: it is absent, or holds nothing
// but empty values.
func empty(data json.RawMessage) bool {
	if len(data) == 0 {
		return true
	}
	var v any
	return json.Unmarshal(data, &v) == nil && hollow(v)
}

func hollow(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case float64:
		return v == 0
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !hollow(item) })
	case map[string]any:
		for _, member := range v {
			if !hollow(member) {
				return false
			}
		}
		return true
	}
	return false
}

// linkingNames is what other careers' links depend on.
func linkingNames(r career.Record) []string {
	names := append([]string{r.Name, r.Plural, r.Status()}, r.AlsoKnownAs...)
	if r.Retired != nil {
		names = append(names, r.Retired.ReplacedBy)
	}
	names = append(names, "types")
	for _, typ := range r.Types {
		names = append(names, typ.Name)
	}
	return names
}

// blast adds everything up.
func (t *tally) blast() Blast {
	b := Blast{
		Superseded: t.superseded, Silent: t.silent, Unreadable: t.unreadable, Stopped: t.stopped, Fields: []FieldBlast{},
		StoppedPages: pages(t.pageExamples[stoppedPages]), StartedPages: pages(t.pageExamples[startedPages]), RenamedPages: pages(t.pageExamples[renamedPages]),
	}
	counts := make([][len(howNames)]int, len(t.names))
	for _, d := range t.decided {
		switch {
		case d.arrived:
			b.Arrived++
		case d.same:
			b.Unchanged++
		default:
			b.Changed++
		}
		for mark, n := range map[*int]bool{&b.Started: d.started, &b.Renamed: d.renamed, &b.Linking: d.linking} {
			if n {
				*mark++
			}
		}
		for how, mask := range d.fields {
			for ; mask != 0; mask &= mask - 1 {
				counts[bits.TrailingZeros64(mask)][how]++
			}
		}
	}
	b.Pages = b.Changed + b.Arrived + b.Unchanged + b.Superseded + b.Silent + b.Unreadable
	names := slices.Clone(t.names)
	slices.Sort(names)
	for _, name := range names {
		n := counts[slices.Index(t.names, name)]
		if n[gained]+n[lost]+n[changed] > 0 {
			b.Fields = append(b.Fields, FieldBlast{name, n[gained], n[lost], n[changed], append([]FieldExample{}, t.fieldExamples[name]...)})
		}
	}
	return b
}

func pages(list []PageBlast) []PageBlast { return append([]PageBlast{}, list...) }
