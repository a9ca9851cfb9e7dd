package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"careerstream/publish/api/problem"
	"careerstream/publish/api/quota"
	"careerstream/publish/api/represent"
)

// Handler serves the read API under /v1/. It is safe for concurrent use.
type Handler struct {
	cfg     Config
	deps    Deps
	routes  *router
	limiter *quota.Limiter
	token   [sha256.Size]byte
	cors    cors
	vary    []string
	caching []string
	// document is the OpenAPI document.
	document *represent.Representation
	reports  reports
	// waiting has room for those who wait for changes.
	waiting chan struct{}
	// closed ends all waiting.
	closed chan struct{}
	close  func()
}

// New makes a handler. Close ends what waits in it.
func New(cfg Config, deps Deps) (*Handler, error) {
	cfg, err := cfg.withDefaults()
	if deps.Catalog == nil || deps.History == nil {
		err = errors.Join(err, errors.New("catalog and history are needed"))
	}
	limiter, limitErr := cfg.limiter()
	if err := errors.Join(err, limitErr); err != nil {
		return nil, fmt.Errorf("configure read API: %w", err)
	}
	h := &Handler{
		cfg: cfg, deps: deps, limiter: limiter, token: sha256.Sum256([]byte(cfg.Token)), cors: newCORS(cfg.Origins),
		vary: []string{"Accept, Accept-Encoding"}, caching: []string{"public, no-cache"},
		waiting: make(chan struct{}, cfg.MaxWaiting), closed: make(chan struct{}),
	}
	if cfg.Token != "" {
		h.vary, h.caching = []string{"Accept, Accept-Encoding, Authorization"}, []string{"private, no-cache"}
	}
	if h.cors.listed() {
		h.vary = []string{h.vary[0] + ", Origin"}
	}
	h.close = sync.OnceFunc(func() { close(h.closed) })
	h.reports.init(deps.Reports, cfg)
	table := h.table()
	h.routes = newRouter(table)
	if h.document, err = describe(cfg, table); err != nil {
		return nil, fmt.Errorf("configure read API: %w", err)
	}
	return h, nil
}

// Close ends the answers that wait for changes, so that a server can shut down.
// Other requests are served all the same.
func (h *Handler) Close() { h.close() }

// exchange is a request on its way.
type exchange struct {
	*Handler
	w     http.ResponseWriter
	r     *http.Request
	route *route
	slug  string
	// media is the one of the route that the client prefers.
	media string
	query query
}

// ServeHTTP answers GET, HEAD and OPTIONS; problems are RFC 9457's.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := exchange{Handler: h, w: w, r: r}
	h.cors.allow(w.Header(), r)
	if p := x.serve(); p != nil {
		w.Header()["Vary"] = h.vary
		p.ServeHTTP(w, r)
	}
}

func (x *exchange) serve() *problem.Problem {
	if x.limiter != nil {
		if wait := x.limiter.Wait(x.r.RemoteAddr, x.cfg.Now()); wait > 0 {
			p := problem.New(problem.TooManyRequests, fmt.Sprintf("%g requests a second are served for one address", x.cfg.Rate))
			p.RetryAfter = wait
			return p
		}
	}
	// A slash that is escaped is a part of a name, and no name has one.
	if x.route, x.slug = x.routes.find(x.r.URL.Path); x.route == nil || escaped(x.r.URL.RawPath, "%2f") {
		return problem.New(problem.NotFound, "there is no "+brief(x.r.URL.Path))
	}
	switch x.r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		x.w.Header().Set("Allow", methods)
		x.w.WriteHeader(http.StatusNoContent)
		return nil
	default:
		x.w.Header().Set("Allow", methods)
		return problem.New(problem.MethodNotAllowed, "use "+methods)
	}
	if x.cfg.Token != "" && !x.route.open && !x.allowed() {
		x.w.Header().Set("WWW-Authenticate", `Bearer realm="careerstream"`)
		return problem.New(problem.Unauthorized, "send Authorization: Bearer TOKEN with a token to read")
	}
	if x.media = accepted(x.r.Header["Accept"], x.route.media); x.media == "" {
		return problem.New(problem.NotAcceptable, "there is "+strings.Join(x.route.media, " and "))
	}
	if x.r.URL.RawQuery != "" {
		if p := x.query.parse(x.r.URL.RawQuery, x.route.parameters); p != nil {
			return p
		}
	}
	if x.route.catalog && !x.deps.Catalog.Ready() {
		return loading()
	}
	return x.route.serve(x)
}

// escaped reports whether a path has an escape, in lower case.
func escaped(path, escape string) bool {
	return path != "" && strings.Contains(strings.ToLower(path), escape)
}

// longestEcho bounds what a problem repeats of a request, in bytes.
const longestEcho = 200

func brief(s string) string {
	if len(s) > longestEcho {
		s = s[:longestEcho] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// methods is the value of Allow.
const methods = "GET, HEAD, OPTIONS"

// allowed compares digests, so that the time tells nothing of the token.
func (x *exchange) allowed() bool {
	scheme, token, _ := strings.Cut(x.r.Header.Get("Authorization"), " ")
	got := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(x.token[:], got[:]) == 1
}

func loading() *problem.Problem {
	p := problem.New(problem.CatalogLoading, "the published versions are being read; ask again soon")
	p.RetryAfter = 1e9
	return p
}
