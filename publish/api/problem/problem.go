package problem

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"careerstream/schemas/career"
)

// Kind is the last part of a problem's type.
type Kind string

// The kinds.
const (
	BadParameter       Kind = "bad-parameter"
	BadCursor          Kind = "bad-cursor"
	Unauthorized       Kind = "unauthorized"
	NotFound           Kind = "not-found"
	UnknownCareer      Kind = "unknown-career"
	NotYetPublished    Kind = "not-yet-published"
	MethodNotAllowed   Kind = "method-not-allowed"
	NotAcceptable      Kind = "not-acceptable"
	Retired            Kind = "career-retired"
	CursorGone         Kind = "cursor-gone"
	TooManyRequests    Kind = "too-many-requests"
	TooManyWaiting     Kind = "too-many-waiting"
	CatalogLoading     Kind = "catalog-loading"
	HistoryUnavailable Kind = "history-unavailable"
	ReportsUnavailable Kind = "reports-unavailable"
	Internal           Kind = "internal"
)

// Info is what the table says of a kind.
type Info struct {
	Kind   Kind
	Status int
	// Title is the same for all problems of the kind.
	Title string
	// Meaning says to developers what to do.
	Meaning string
}

// Type is the kind's URI, a URN.
func (i Info) Type() string { return "urn:careerstream:problem:" + string(i.Kind) }

// Table lists every kind, in the order of their statuses.
func Table() []Info {
	return []Info{
		{BadParameter, 400, "parameter not understood", "correct the parameter that `parameter` names"},
		{BadCursor, 400, "cursor not understood", "use a cursor as it was given, with the same filter and sort, or start without one"},
		{Unauthorized, 401, "wrong or no token", "send Authorization: Bearer TOKEN"},
		{NotFound, 404, "no such path", "see /v1/openapi.json for the paths"},
		{UnknownCareer, 404, "no such career", "look for its slug in /v1/careers?q="},
		{NotYetPublished, 404, "career was not published then", "ask for a time from `first_published` on"},
		{MethodNotAllowed, 405, "method not allowed", "use a method that the field Allow names"},
		{NotAcceptable, 406, "no such representation", "accept a media type that `detail` names"},
		{Retired, 410, "career is retired", "`retirement` says why and `last_version` leads to what was known last"},
		{CursorGone, 410, "cursor of another stream", "the catalog was made anew: read it from the start"},
		{TooManyRequests, 429, "too many requests", "wait for the seconds that Retry-After says"},
		{CatalogLoading, 503, "catalog is being read", "wait for the seconds that Retry-After says"},
		{HistoryUnavailable, 503, "history cannot be read", "latest records are served all the same; wait for the seconds that Retry-After says"},
		{ReportsUnavailable, 503, "reports cannot be read", "careers are served all the same; wait for the seconds that Retry-After says"},
		{TooManyWaiting, 503, "too many clients wait for changes", "ask without wait, or later"},
		{Internal, 500, "unexpected error", "tell the operator"},
	}
}

// Info returns the table's row; an unknown kind has Internal's.
func (k Kind) Info() Info {
	var internal Info
	for _, row := range Table() {
		if row.Kind == k {
			return row
		}
		if row.Kind == Internal {
			internal = row
		}
	}
	return internal
}

// Problem is the body of every answer that is no success.
type Problem struct {
	Type   string `json:"type" doc:"URN of the kind of problem."`
	Title  string `json:"title" doc:"The kind for people."`
	Status int    `json:"status" doc:"The HTTP status."`
	Detail string `json:"detail" doc:"What is wrong with this request."`
	// Parameter that is not understood, or "".
	Parameter string `json:"parameter,omitempty" doc:"Query parameter that is not understood."`
	// Retirement and LastVersion are set for Retired.
	Retirement  *career.Retirement `json:"retirement,omitempty" doc:"Why and since when the career is retired."`
	LastVersion string             `json:"last_version,omitempty" doc:"Path of the last version of the record."`
	// FirstPublished is set for NotYetPublished.
	FirstPublished *time.Time `json:"first_published,omitempty" doc:"When the first version was published."`
	// UnavailableSince is set for ReportsUnavailable.
	UnavailableSince *time.Time `json:"unavailable_since,omitempty" doc:"Since when reports cannot be read."`

	// RetryAfter is rounded up to seconds; 0 sends no Retry-After.
	RetryAfter time.Duration `json:"-"`
}

// New makes a problem of a kind.
func New(kind Kind, detail string) *Problem {
	info := kind.Info()
	return &Problem{Type: info.Type(), Title: info.Title, Status: info.Status, Detail: detail}
}

// Error gives title and detail.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// ServeHTTP sends the problem.
func (p *Problem) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := json.Marshal(p)
	if err != nil { // nothing in it can fail
		body = []byte("{}")
	}
	header := w.Header()
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if p.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(int((p.RetryAfter+time.Second-1)/time.Second)))
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has gone needs no answer
	}
}
