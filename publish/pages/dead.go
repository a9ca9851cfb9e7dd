package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"careerstream/schemas/deadletter"
	"careerstream/schemas/fault"
)

// deadPage lists dead letters by kind.
type deadPage struct {
	// State is what is shown, Kind "" for all.
	State, Kind string
	Kinds       []deadKind
	Letters     []Letter
	// More counts those that are left out.
	More int
	// Ordered counts the messages just given to their stages again, -1 for none.
	Ordered int
	// Total counts the letters of the state.
	Total int
}

// deadKind is a kind of letters with what helps.
type deadKind struct {
	kindCount
	Label, Hint string
	// Again says that a redrive can help.
	Again bool
}

// shownLetters bounds the list.
const shownLetters = 200

func (p *Pages) dead(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	letters, err := p.Letters.List(ctx)
	if err != nil {
		p.broken(w, r, "Dead letters", err)
		return
	}
	q := r.URL.Query()
	d := deadPage{State: deadletter.Open, Kind: q.Get("kind"), Ordered: -1}
	if q.Get("state") == deadletter.Resolved {
		d.State = deadletter.Resolved
	}
	if ordered, err := strconv.Atoi(q.Get("ordered")); err == nil {
		d.Ordered = max(0, ordered)
	}
	for _, kind := range countKinds(letters, d.State) {
		info := fault.Kind(kind.Kind).Info()
		row := deadKind{kindCount: kind, Label: info.Label, Hint: info.Hint}
		for _, l := range letters {
			row.Again = row.Again || l.Kind == kind.Kind && l.State == deadletter.Open && l.Stream != ""
		}
		d.Kinds = append(d.Kinds, row)
		d.Total += kind.Count
	}
	for _, l := range slices.Backward(letters) {
		if l.State == d.State && (d.Kind == "" || d.Kind == l.Kind) {
			if len(d.Letters) == shownLetters {
				d.More++
				continue
			}
			d.Letters = append(d.Letters, l)
		}
	}
	p.render(w, r, http.StatusOK, "dead", view{Title: "Dead letters", Nav: "/dead", Page: d})
}

// deadOnePage is one letter.
type deadOnePage struct {
	Letter
	Label, Hint string
	// Text is the message as far as it is text, Cut that it goes on.
	Text    string
	Cut     bool
	Headers []headerLine
	Ordered bool
}

type headerLine struct{ Name, Value string }

// maxShown bounds how much of a message is shown, in bytes.
const maxShown = 64 << 10

func (p *Pages) deadOne(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	letter, ok, err := p.letter(ctx, r)
	if err != nil {
		p.broken(w, r, "The dead letter", err)
		return
	}
	if !ok {
		p.fail(w, r, trouble{Status: http.StatusNotFound, Title: "There is no such dead letter", Text: "It may have been removed from the stream; the list shows those that are there."})
		return
	}
	info := fault.Kind(letter.Kind).Info()
	page := deadOnePage{Letter: letter, Label: info.Label, Hint: info.Hint, Ordered: r.URL.Query().Get("ordered") == "1"}
	page.Text, page.Cut = readable(letter.Original)
	for name, values := range letter.Header {
		page.Headers = append(page.Headers, headerLine{name, strings.Join(values, ", ")})
	}
	slices.SortFunc(page.Headers, func(a, b headerLine) int { return strings.Compare(a.Name, b.Name) })
	p.render(w, r, http.StatusOK, "deadone", view{Title: "Dead letter " + strconv.FormatUint(letter.At, 10), Nav: "/dead", Page: page})
}

func (p *Pages) letter(ctx context.Context, r *http.Request) (Letter, bool, error) {
	at, err := strconv.ParseUint(r.PathValue("at"), 10, 64)
	if err != nil || at == 0 {
		return Letter{}, false, nil
	}
	return p.Letters.Get(ctx, at)
}

// readable is a message for people: JSON indented, what is no text left out.
func readable(original []byte) (text string, cut bool) {
	var b bytes.Buffer
	if json.Indent(&b, original, "", "  ") == nil {
		original = b.Bytes()
	}
	if len(original) > maxShown {
		original, cut = original[:maxShown], true
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' {
			return '·'
		}
		return r
	}, string(original)), cut
}

func (p *Pages) redriveOne(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	letter, ok, err := p.letter(ctx, r)
	if err == nil && !ok {
		p.notFound(w, r)
		return
	}
	if err == nil {
		_, err = p.Letters.Redrive(ctx, []uint64{letter.At})
	}
	if err != nil {
		p.broken(w, r, "The redrive", err)
		return
	}
	http.Redirect(w, r, "/dead/"+strconv.FormatUint(letter.At, 10)+"?ordered=1", http.StatusSeeOther)
}

// redriveMany orders all open letters of a kind.
func (p *Pages) redriveMany(w http.ResponseWriter, r *http.Request) {
	kind := r.PostFormValue("kind")
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	letters, err := p.Letters.List(ctx)
	if err != nil {
		p.broken(w, r, "Dead letters", err)
		return
	}
	var at []uint64
	for _, l := range letters {
		if l.Kind == kind && l.State == deadletter.Open && l.Stream != "" {
			at = append(at, l.At)
		}
	}
	ordered, err := p.Letters.Redrive(ctx, at)
	if err != nil {
		p.broken(w, r, "The redrive", err)
		return
	}
	p.cfg.Logger.Info("dead messages were given to their stages again", "kind", kind, "messages", ordered)
	http.Redirect(w, r, "/dead?"+url.Values{"kind": {kind}, "ordered": {strconv.Itoa(ordered)}}.Encode(), http.StatusSeeOther)
}
