package normalize

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
	"careerstream/schemas/subject"
)

const (
	bakerURL = "https://a.example/careers/baker"
	shell    = `<html><body><div id="app"></div><p>Please enable JavaScript to run this app.</p></body></html>`
	wall     = `<html><body><h1>Before you go on</h1><div class="cookie-consent"><h2>We value your privacy</h2>
<p>We and our partners store cookies on your device and process personal data, with your consent.</p>
<button>Accept all</button><button>Reject all</button></div></body></html>`
)

// types runs the stage, stores what it says, and lists the types of the events.
func (s *site) types(m event.Message) []string {
	s.t.Helper()
	outs, err := s.h.Handle(s.t.Context(), m)
	if err != nil {
		s.t.Fatal(err)
	}
	types := []string{}
	for _, out := range outs {
		types = append(types, out.Event.Type)
	}
	s.publish(s.t, outs)
	return types
}

func (s *site) held(slug string) career.Held {
	s.t.Helper()
	h, err := event.Data[career.Held](s.last[subject.Held(slug)])
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func TestPageReadOnlyWhenItChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := fmt.Sprintf(baker, "baker")
	first := s.fetched(bakerURL, body, "")
	if d := cmp.Diff([]string{event.RecordNormalized, event.PageRead}, s.types(first)); d != "" {
		t.Fatal(d)
	}
	r, err := event.Data[page.Reading](s.last[subject.Read("a.example", keyOf(bakerURL))])
	if want := (page.Reading{URL: bakerURL, Site: "a.example", Key: keyOf(bakerURL), Slug: "baker", Template: s.record("baker").Record.Source.Template, Snapshot: first.Seq}); err != nil || r != want {
		t.Errorf("reading %+v, want %+v, %v", r, want, err)
	}
	if d := cmp.Diff([]string{}, s.types(first)); d != "" {
		t.Errorf("repeat: %s", d)
	}
	if d := cmp.Diff([]string{event.RecordNormalized}, s.types(s.fetched(bakerURL, strings.Replace(body, "town", "village", 1), ""))); d != "" {
		t.Errorf("other text: %s", d)
	}
	framed := strings.NewReplacer("<main>", `<main class="new">`).Replace(body)
	if d := cmp.Diff([]string{event.RecordNormalized, event.PageRead}, s.types(s.fetched(bakerURL, framed, ""))); d != "" {
		t.Errorf("other template: %s", d)
	}
}

func TestUnreadablePages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, err := s.h.Handle(t.Context(), s.fetched(bakerURL, shell, "")); fault.KindOf(err) != fault.NotACareerPage {
		t.Errorf("a page that was never read: %v", err)
	}
	if _, err := s.h.Handle(t.Context(), s.fetched(bakerURL, wall, "")); fault.KindOf(err) != fault.ConsentWall {
		t.Errorf("a wall before a page that was never read: %v", err)
	}
	s.types(s.fetched(bakerURL, fmt.Sprintf(baker, "baker"), ""))
	before := s.record("baker").Record.Source.Template

	broken := s.fetched(bakerURL, shell, "")
	if d := cmp.Diff([]string{event.DriftDetected, event.RecordHeld}, s.types(broken)); d != "" {
		t.Error(d)
	}
	h := s.held("baker")
	if h.State != career.HeldBack || h.Record != nil || h.Basis.Snapshot != broken.Seq || h.TemplateBefore != before || h.TemplateAfter == "" || h.TemplateAfter == before ||
		h.Transient || h.Reasons[0].Rule != Unreadable || !strings.Contains(h.Reasons[0].Text, "not-a-career-page") {
		t.Errorf("hold %+v", h)
	}
	if d := cmp.Diff([]string{}, s.types(broken)); d != "" {
		t.Errorf("repeat: %s", d)
	}
	if d := cmp.Diff([]string{event.RecordHeld}, s.types(s.fetched(bakerURL, shell+" ", ""))); d != "" {
		t.Errorf("another broken snapshot: %s", d)
	}
	if again := s.held("baker"); !again.Since.Equal(h.Since) || again.Basis.Snapshot <= h.Basis.Snapshot {
		t.Errorf("the second hold in a row: %+v", again)
	}
	if d := cmp.Diff([]string{}, s.types(broken)); d != "" {
		t.Errorf("an older one that comes late: %s", d)
	}
	if d := cmp.Diff([]string{event.RecordHeld}, s.types(s.fetched(bakerURL, wall, ""))); d != "" || !s.held("baker").Transient {
		t.Errorf("wall: transient %v %s", s.held("baker").Transient, d)
	}
	if d := cmp.Diff([]string{event.RecordNormalized}, s.types(s.fetched(bakerURL, fmt.Sprintf(baker, "baker"), ""))); d != "" {
		t.Errorf("good again: %s", d)
	}
	// What a person has rejected is not held again while the page stays as it is.
	s.types(s.fetched(bakerURL, shell, ""))
	rejected := s.held("baker")
	rejected.State = career.Rejected
	e, err := event.New("/test", event.RecordHeld, "baker", rejected)
	if err != nil {
		t.Fatal(err)
	}
	e.ID = "rejected"
	at := s.last[subject.Held("baker")].Seq
	s.publish(t, []event.Out{{Subject: subject.Held("baker"), Event: e, ExpectLast: &at}})
	if d := cmp.Diff([]string{}, s.types(s.fetched(bakerURL, shell+"  ", ""))); d != "" {
		t.Errorf("after a rejection: %s", d)
	}
	// A page that is given up while it is unreadable ends its career all the same.
	s.types(s.fetched(bakerURL, shell, ""))
	s.handle(s.goneAway(bakerURL, page.NotFound, ""))
	if r := s.record("baker").Record; r.Retired == nil || len(r.Duties) != 3 {
		t.Errorf("retired %+v with %d duties", r.Retired, len(r.Duties))
	}
}

func TestPagesThatBecomeAnotherCareer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.types(s.fetched(bakerURL, fmt.Sprintf(baker, "baker"), ""))
	renamed := s.fetched(bakerURL, fmt.Sprintf(baker, "confectioner"), "")
	if d := cmp.Diff([]string{event.RecordNormalized, event.RecordNormalized, event.PageRead}, s.types(renamed)); d != "" {
		t.Fatal(d)
	}
	if r := s.record("baker").Record.Retired; r == nil || r.Reason != page.Moved || r.ReplacedBy != "confectioner" || r.MovedTo != bakerURL {
		t.Errorf("retired %+v", r)
	}
	if d := cmp.Diff([]string{}, s.types(renamed)); d != "" {
		t.Errorf("repeat: %s", d)
	}
	s.types(s.fetched(bakerURL, fmt.Sprintf(baker, "baker"), ""))
	if a, b := s.record("baker").Record.Retired, s.record("confectioner").Record.Retired; a != nil || b == nil || b.ReplacedBy != "baker" {
		t.Errorf("back again: baker retired %+v, confectioner %+v", a, b)
	}

	// Two pages come out as one career: the second is held, and ends nothing.
	const other = "https://a.example/careers/miller"
	s.types(s.fetched(other, fmt.Sprintf(baker, "miller"), ""))
	if d := cmp.Diff([]string{event.DriftDetected, event.RecordHeld}, s.types(s.fetched(other, fmt.Sprintf(baker, "baker"), ""))); d != "" {
		t.Error(d)
	}
	if h := s.held("miller"); h.Reasons[0].Rule != Renamed || s.record("miller").Record.Retired != nil || s.record("baker").Record.Source.URL != bakerURL {
		t.Errorf("hold %+v", h)
	}
	// With the career of another page by now, nothing is retired.
	s = newSite(t)
	s.types(s.fetched(bakerURL, fmt.Sprintf(baker, "baker"), ""))
	s.types(s.fetched(other, fmt.Sprintf(baker, "baker"), ""))
	if d := cmp.Diff([]string{event.RecordNormalized, event.PageRead}, s.types(s.fetched(bakerURL, fmt.Sprintf(baker, "miller"), ""))); d != "" {
		t.Error(d)
	}
	if r := s.record("baker").Record; r.Retired != nil || r.Source.URL != other {
		t.Errorf("baker of %s retired %+v", r.Source.URL, r.Retired)
	}
}

func TestWalled(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	footer := `<footer><a href="/c">Cookie policy</a> <a href="/p">Privacy</a> <a href="/x">Cookie preferences</a></footer>`
	banner := `<div class="cookie-banner"><p>We use cookies and process personal data with your consent. Accept all or reject all, and change your preferences.</p></div>`
	for name, test := range map[string]struct {
		body string
		want fault.Kind
	}{
		"wall":                  {wall, fault.ConsentWall},
		"shell":                 {shell, fault.NotACareerPage},
		"shell with a footer":   {strings.Replace(shell, "</body>", footer+"</body>", 1), fault.NotACareerPage},
		"career with a banner":  {strings.Replace(fmt.Sprintf(baker, "baker"), "<main>", banner+"<main>", 1), ""},
		"German wall":           {`<body><h2>Datenschutz</h2><p>Wir und unsere Partner verwenden Cookies und bitten dafür um Ihre Einwilligung; Sie können zustimmen oder ablehnen.</p>`, fault.ConsentWall},
		"page on a 404":         {`<body><h1>Not found</h1><p>The page that you look for is not here. Go to the start page or search for it.</p>` + footer, fault.NotACareerPage},
		"short page, long wall": {`<body><h1>What does a baker do?</h1><p>A baker makes bread.</p>` + banner + banner + `</body>`, fault.ConsentWall},
	} {
		_, err := p.Parse(Input{Body: []byte(test.body), MediaType: page.HTML, URL: bakerURL})
		if err != nil && fault.KindOf(err) != test.want || err == nil && test.want != "" {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
}

// listed makes a snapshot one that only a list names.
func (s *site) listed(url, body string) event.Message {
	s.t.Helper()
	m := s.fetched(url, body, "")
	snapshot, err := event.Data[page.Snapshot](m)
	if err != nil {
		s.t.Fatal(err)
	}
	snapshot.Listed = true
	return s.announce(event.PageFetched, url, snapshot)
}

// A page that only a list names may hold no career: that is noted, once. One that
// held one is held back like any other.
func TestUnrelatedPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const about = "https://a.example/about"
	m := s.listed(about, shell)
	if d := cmp.Diff([]string{event.PageUnrelated}, s.types(m)); d != "" {
		t.Fatal(d)
	}
	u, err := event.Data[page.Unrelated](s.last[subject.Read("a.example", keyOf(about))])
	if err != nil || u.URL != about || u.Snapshot != m.Seq || !strings.Contains(u.Reason, "looked for") {
		t.Errorf("%+v, %v", u, err)
	}
	if d := cmp.Diff([]string{}, s.types(m)); d != "" {
		t.Errorf("repeat: %s", d)
	}
	if _, err := s.h.Handle(t.Context(), s.listed(about, wall)); fault.KindOf(err) != fault.ConsentWall {
		t.Errorf("a wall: %v", err)
	}
	// It becomes a career page, and is one from then on.
	body := fmt.Sprintf(baker, "baker")
	if d := cmp.Diff([]string{event.RecordNormalized, event.PageRead}, s.types(s.listed(about, body))); d != "" {
		t.Fatal(d)
	}
	if d := cmp.Diff([]string{event.DriftDetected, event.RecordHeld}, s.types(s.listed(about, shell))); d != "" {
		t.Errorf("a career page that is none any more: %s", d)
	}
}

// An older snapshot that comes late tells that the page was a career page.
func TestUnrelatedComesFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	older := s.listed(bakerURL, fmt.Sprintf(baker, "baker"))
	newer := s.listed(bakerURL, shell)
	if d := cmp.Diff([]string{event.PageUnrelated}, s.types(newer)); d != "" {
		t.Fatal(d)
	}
	if d := cmp.Diff([]string{event.RecordNormalized, event.PageRead}, s.types(older)); d != "" {
		t.Fatal(d)
	}
	if d := cmp.Diff([]string{event.DriftDetected, event.RecordHeld}, s.types(s.listed(bakerURL, shell))); d != "" {
		t.Error(d)
	}
}

// A replay by new rules makes the page known as its career's.
func TestReplayOfUnrelated(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	m := s.listed(bakerURL, fmt.Sprintf(baker, "baker"))
	on := subject.Read("a.example", keyOf(bakerURL))
	e, err := event.New("/test", event.PageUnrelated, "key", page.Unrelated{URL: bakerURL, Site: "a.example", Key: keyOf(bakerURL), Reason: "old rules", Snapshot: m.Seq})
	if err != nil {
		t.Fatal(err)
	}
	e.ID, s.seq = "unrelated", s.seq+1
	s.last[on] = event.Message{Stream: "READ", Seq: s.seq, Subject: on, Event: e}
	r, err := s.h.Replay(t.Context(), m, 1)
	if err != nil || len(r.Outs) != 2 || r.Outs[1].Event.Type != event.PageRead {
		t.Fatalf("%d events, %v", len(r.Outs), err)
	}
	s.publish(t, r.Outs)
	if d := cmp.Diff([]string{event.DriftDetected, event.RecordHeld}, s.types(s.listed(bakerURL, shell))); d != "" {
		t.Error(d)
	}
}
