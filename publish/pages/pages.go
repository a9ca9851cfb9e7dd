package pages

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"careerstream/publish/api/represent"
	"careerstream/schemas/fault"
)

// Pages serves every page. It is safe for concurrent use.
type Pages struct {
	Deps
	cfg       Config
	assets    assets
	guard     *guard
	away      outage
	templates map[string]*template.Template
	mux       *http.ServeMux
}

// policy allows what is embedded and nothing else (CSP Level 3).
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// parse reads the templates: each page with the layout and the shared pieces.
func (p *Pages) parse() error {
	p.templates = map[string]*template.Template{}
	names, err := fs.Glob(files, "templates/*.tmpl")
	if err != nil {
		return fmt.Errorf("list templates: %w", err)
	}
	for _, name := range names {
		if base := path.Base(name); base != "layout.tmpl" && base != "pieces.tmpl" {
			t, err := template.New("layout.tmpl").Funcs(p.funcs()).ParseFS(files, "templates/layout.tmpl", "templates/pieces.tmpl", name)
			if err != nil {
				return fmt.Errorf("parse template: %w", err)
			}
			p.templates[strings.TrimSuffix(base, ".tmpl")] = t
		}
	}
	return nil
}

func (p *Pages) route() {
	p.mux = http.NewServeMux()
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /{$}": p.overview, "GET /days.csv": p.daysCSV, "GET /assets/": p.serveAsset,
		"GET /catalog": p.catalog, "GET /catalog/coverage.csv": p.coverageCSV,
		"GET /careers/{slug}": p.career, "GET /trends": p.trends, "GET /trends/{file}": p.trendsCSV,
		"GET /held": p.held, "GET /held/{slug}": p.heldOne, "POST /held/{slug}": p.admin(p.decide),
		"GET /dead": p.dead, "GET /dead/{at}": p.deadOne, "POST /dead": p.admin(p.redriveMany), "POST /dead/{at}": p.admin(p.redriveOne),
		"GET /login": p.loginForm, "POST /login": p.login, "POST /logout": p.logout,
		"/": p.notFound,
	} {
		p.mux.HandleFunc(pattern, handler)
	}
}

// ServeHTTP implements http.Handler.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	// A form's Origin is sent to ourselves; nothing is to others.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if !p.guard.look(r).Reader && r.URL.Path != "/login" && !strings.HasPrefix(r.URL.Path, "/assets/") {
		p.render(w, r, http.StatusUnauthorized, "login", view{Title: "Log in", Nav: "/login", Page: loginPage{Next: local(r.URL.RequestURI())}})
		return
	}
	p.mux.ServeHTTP(w, r)
}

// view is what the layout shows.
type view struct {
	Title string
	// Nav is the path of the current entry of the navigation.
	Nav string
	// Refresh is the seconds after which the page renews itself, or 0.
	Refresh int
	// Here is the address of the page, for coming back after a login.
	Here  string
	Admin admin
	// API is the path of the read API, or "".
	API  string
	Page any
}

// render writes a page, whole or not at all.
func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, name string, v view) {
	v.Admin, v.API = p.guard.look(r), p.cfg.API
	v.Here = r.URL.RequestURI()
	if r.Method != http.MethodGet {
		v.Here = r.URL.Path
	}
	block := "layout.tmpl"
	if v.Refresh > 0 && r.URL.Query().Get("part") == "live" {
		block = "live"
	}
	var b bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&b, block, v); err != nil {
		p.cfg.Logger.Error("cannot render a page", "page", name, "err", err)
		http.Error(w, "This page cannot be shown; the log says why.", http.StatusInternalServerError)
		return
	}
	body := b.Bytes()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Cookie")
	// The length of what is compressed tells of its content, so a page with the
	// token of a form is not (https://www.breachattack.com).
	if v.Admin.Form == "" && represent.AcceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = represent.Gzip(body)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has gone needs no answer
	}
}

// trouble is a page that says what is wrong.
type trouble struct {
	Status       int
	Title, Text  string
	Search, Back bool
}

func (p *Pages) fail(w http.ResponseWriter, r *http.Request, t trouble) {
	if t.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	p.render(w, r, t.Status, "trouble", view{Title: t.Title, Page: t})
}

func (p *Pages) notFound(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", allow(r.URL.Path))
		p.fail(w, r, trouble{Status: http.StatusMethodNotAllowed, Title: "This cannot be done here", Text: "The address takes no such request."})
		return
	}
	p.fail(w, r, trouble{Status: http.StatusNotFound, Title: "There is no such page", Text: "The address may be mistyped, or the page may have moved.", Search: true})
}

// allow is the methods that a path takes (RFC 9110 section 10.2.1).
func allow(path string) string {
	if path == "/logout" {
		return "POST"
	}
	for _, acts := range []string{"/held/", "/dead", "/login"} {
		if strings.HasPrefix(path, acts) {
			return "GET, HEAD, POST"
		}
	}
	return "GET, HEAD"
}

// broken shows the error of a port.
func (p *Pages) broken(w http.ResponseWriter, r *http.Request, what string, err error) {
	if r.Context().Err() != nil {
		return
	}
	p.cfg.Logger.Warn("cannot show a page", "path", r.URL.Path, "err", err)
	p.fail(w, r, trouble{Status: http.StatusServiceUnavailable, Title: what + " cannot be read now", Text: hintOf(err) + " Reload the page in a moment."})
}

// hintOf says to people what an error is and what to do.
func hintOf(err error) string {
	if kind := fault.KindOf(err); kind != fault.Internal {
		info := kind.Info()
		return upper(info.Label) + ": " + info.Hint + "."
	}
	return upper(err.Error()) + "."
}
