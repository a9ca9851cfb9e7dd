package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"careerstream/schemas/career"
)

// decision is the form of the held plumber.
func (r reader) decision(do string) url.Values {
	a := r.get("/held/plumber")
	form := url.Values{"do": {do}, "note": {"looked at the page"}}
	for _, name := range []string{"form", "content", "snapshot"} {
		form.Set(name, a.Find("form.stack input[name='"+name+"']").AttrOr("value", ""))
	}
	return form
}

func (r reader) login(token string) answer {
	return r.do(http.MethodPost, "/login", url.Values{"token": {token}, "next": {"/held/plumber"}})
}

func TestActionsNeedTheToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.serve(t, config())
	if a := r.get("/held/plumber"); a.Find("form[method='post']").Length() != 0 || a.Find("a[href='/login?next=%2fheld%2fplumber']").Length() == 0 {
		t.Error("without a login the page offers to act, or no login")
	}
	for _, path := range []string{"/held/plumber", "/dead", "/dead/1"} {
		if a := r.do(http.MethodPost, path, url.Values{"do": {"released"}}); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("POST %s without a login: %d", path, a.StatusCode)
		}
	}
	if a := r.login("wrong"); a.StatusCode != http.StatusUnauthorized || a.Find("#token[aria-invalid]").Length() != 1 {
		t.Errorf("a wrong token: %d", a.StatusCode)
	}
	a := r.login(adminToken)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/held/plumber" {
		t.Fatalf("login: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	cookie := a.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || strings.Contains(cookie.Value, adminToken) {
		t.Errorf("cookie %v", cookie)
	}
	stale := r.decision(career.Released)
	stale.Set("form", "made-up")
	if a := r.do(http.MethodPost, "/held/plumber", stale); a.StatusCode != http.StatusForbidden {
		t.Errorf("a form without our secret: %d", a.StatusCode)
	}
	foreign := r.decision(career.Released)
	if a := r.do(http.MethodPost, "/held/plumber", foreign, "Sec-Fetch-Site", "cross-site"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site: %d", a.StatusCode)
	}
	if w.held["plumber"].State != career.HeldBack {
		t.Fatalf("the record is %s", w.held["plumber"].State)
	}
	if a := r.do(http.MethodPost, "/held/plumber", r.decision(career.Released)); a.StatusCode != http.StatusSeeOther {
		t.Errorf("release: %d %s", a.StatusCode, a.text("main"))
	}
	if h := w.held["plumber"]; h.State != career.Released || h.Note != "looked at the page" {
		t.Errorf("held record %s, note %q", h.State, h.Note)
	}
	if a := r.do(http.MethodPost, "/held/plumber", foreign); a.StatusCode != http.StatusConflict {
		t.Errorf("a second decision: %d, want 409", a.StatusCode)
	}
	if a := r.do(http.MethodPost, "/logout", url.Values{}); a.StatusCode != http.StatusSeeOther || r.get("/dead/1").Find("main form").Length() != 0 {
		t.Error("logging out leaves the actions")
	}
}

func TestRedrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.serve(t, config())
	r.login(adminToken)
	form := url.Values{"form": {r.get("/dead").Find("main form input[name='form']").AttrOr("value", "")}, "kind": {"not-a-career-page"}}
	if a := r.do(http.MethodPost, "/dead", form); a.StatusCode != http.StatusSeeOther || !strings.Contains(a.Header.Get("Location"), "ordered=2") {
		t.Errorf("redrive of a kind: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	if a := r.do(http.MethodPost, "/dead/3", form); a.StatusCode != http.StatusSeeOther {
		t.Errorf("redrive of a letter: %d", a.StatusCode)
	}
	if len(w.redriven) != 3 || w.redriven[2] != 3 {
		t.Errorf("redriven %v", w.redriven)
	}
	if r.get("/dead/4").Find("main form").Length() != 0 {
		t.Error("what never was a message can be redriven")
	}
}

func TestWithoutATokenNothingIsOffered(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.AdminToken = ""
	r := newWorld(t).serve(t, cfg)
	for _, path := range []string{"/held", "/held/plumber", "/dead", "/dead/1", "/login"} {
		if a := r.get(path); a.Find("main form[method='post']").Length() != 0 || !strings.Contains(a.text("main"), "--admin-token") {
			t.Errorf("%s does not say why nothing can be done", path)
		}
	}
	for _, path := range []string{"/held/plumber", "/dead", "/login"} {
		if a := r.do(http.MethodPost, path, url.Values{"token": {""}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s: %d, want 403", path, a.StatusCode)
		}
	}
}

func TestReadToken(t *testing.T) {
	t.Parallel()
	cfg := config()
	cfg.ReadToken = "read-only"
	r := newWorld(t).serve(t, cfg)
	for _, path := range everyPage() {
		if a := r.get(path); path != "/login" && (a.StatusCode != http.StatusUnauthorized || strings.Contains(a.text("main"), "Plumber")) {
			t.Errorf("%s without a login: %d", path, a.StatusCode)
		}
	}
	if a := r.do(http.MethodPost, "/held/plumber", url.Values{}); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("POST without a login: %d", a.StatusCode)
	}
	r.login("read-only")
	if a := r.get("/held/plumber"); a.StatusCode != 200 || a.Find("main form").Length() != 0 {
		t.Errorf("a reader gets %d, or may act", a.StatusCode)
	}
	if a := r.do(http.MethodPost, "/dead", url.Values{"kind": {"too-large"}}); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a reader may redrive: %d", a.StatusCode)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	cfg := config()
	now := noon
	cfg.Now = func() time.Time { return now }
	r := newWorld(t).serve(t, cfg)
	r.login(adminToken)
	now = noon.Add(13 * time.Hour)
	if a := r.get("/dead"); a.Find("main form").Length() != 0 {
		t.Error("a login lasts for ever")
	}
}

func TestLoginLeadsHomeOnly(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", ""} {
		r := newWorld(t).serve(t, config())
		a := r.do(http.MethodPost, "/login", url.Values{"token": {adminToken}, "next": {next}})
		if got := a.Header.Get("Location"); got != "/" {
			t.Errorf("next %q leads to %q", next, got)
		}
	}
}

func TestLoginsAreSlow(t *testing.T) {
	t.Parallel()
	r := newWorld(t).serve(t, config())
	refused := false
	for range 40 {
		refused = refused || r.login("guess").StatusCode == http.StatusTooManyRequests
	}
	if !refused {
		t.Error("a token can be guessed as fast as one can ask")
	}
}
