package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"careerstream/schemas/career"
)

// heldPage lists what is kept back, and what was lately.
type heldPage struct {
	Open, Past []career.Held
	// Done is what was just done, to which career.
	Done, Slug string
}

// shownPast is how many past decisions are listed.
const shownPast = 30

func (p *Pages) held(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	list, err := p.Holds.List(ctx)
	if err != nil {
		p.broken(w, r, "Held records", err)
		return
	}
	q := r.URL.Query()
	h := heldPage{Open: open(list), Done: choice(q.Get("done"), career.Released, career.Rejected), Slug: q.Get("career")}
	for _, one := range list {
		if one.State != career.HeldBack {
			h.Past = append(h.Past, one)
		}
	}
	slices.SortFunc(h.Past, func(a, b career.Held) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Slug, b.Slug)) })
	h.Past = h.Past[:min(len(h.Past), shownPast)]
	p.render(w, r, http.StatusOK, "held", view{Title: "Held records", Nav: "/held", Page: h})
}

// heldOnePage compares a record with the one published.
type heldOnePage struct {
	career.Held
	Name string
	// Published says that there is a version to compare with; Compared what differs.
	Published *career.Record
	Compared  []comparison
}

func (p *Pages) heldOne(w http.ResponseWriter, r *http.Request) {
	slug := r.PathValue("slug")
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	page, ok, err := p.readHeld(ctx, slug)
	if err != nil {
		p.broken(w, r, "The held record", err)
		return
	}
	if !ok {
		p.fail(w, r, trouble{Status: http.StatusNotFound, Title: "Nothing is held there", Text: "No record of that career was ever kept back.", Search: true})
		return
	}
	p.render(w, r, http.StatusOK, "heldone", view{Title: page.Name + ", held", Nav: "/held", Page: page})
}

func (p *Pages) readHeld(ctx context.Context, slug string) (heldOnePage, bool, error) {
	h, ok, err := p.Holds.Get(ctx, slug)
	if err != nil || !ok {
		return heldOnePage{}, false, err
	}
	page := heldOnePage{Held: h, Name: slug}
	good, found, err := p.Catalog.Version(ctx, slug, h.Version)
	if err != nil {
		return page, false, err
	}
	if found {
		page.Published, page.Name = &good.Record, good.Record.Name
	} else if h.Record != nil {
		page.Name = h.Record.Name
	}
	page.Compared = compare(page.Published, h.Record)
	return page, true, nil
}

// maxNote bounds what a person says, in bytes.
const maxNote = 2000

// decide releases or rejects a record.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) {
	d := Decision{Slug: r.PathValue("slug"), ContentSHA256: r.PostFormValue("content"), Note: strings.TrimSpace(r.PostFormValue("note"))}
	d.State = choice(r.PostFormValue("do"), career.Released, career.Rejected)
	var err error
	if d.Snapshot, err = strconv.ParseUint(r.PostFormValue("snapshot"), 10, 64); err != nil || d.State == "" || len(d.Note) > maxNote {
		p.fail(w, r, trouble{Status: http.StatusBadRequest, Title: "Nothing was done", Text: "The form is not whole, or the note has over 2,000 bytes. Go back and repeat it."})
		return
	}
	ctx, cancel := p.patient(r.Context())
	defer cancel()
	switch err := p.Holds.Decide(ctx, d); {
	case errors.Is(err, ErrDecided):
		p.fail(w, r, trouble{Status: http.StatusConflict, Title: "Nothing was done", Text: "The record is not held any more: somebody has decided, or a later page has come. Look at it again."})
	case err != nil:
		p.broken(w, r, "The decision", err)
	default:
		p.cfg.Logger.Info("a held record was decided on", "slug", d.Slug, "state", d.State)
		http.Redirect(w, r, "/held?"+url.Values{"done": {d.State}, "career": {d.Slug}}.Encode(), http.StatusSeeOther)
	}
}
