package api

import (
	"encoding/json"
	"net/http"
	"time"

	"careerstream/publish/api/catalog"
	"careerstream/publish/api/problem"
)

// version is short for the catalog's.
type version = catalog.Version

// ChangeEntry is a version in the order of publication.
type ChangeEntry struct {
	Cursor        string          `json:"cursor" doc:"Place of the change: what comes after it is asked for with after."`
	Slug          string          `json:"slug"`
	Name          string          `json:"name"`
	Version       uint64          `json:"version"`
	ValidFrom     time.Time       `json:"valid_from" doc:"When it was published."`
	Status        string          `json:"status" enum:"active,retired"`
	ContentSHA256 string          `json:"content_sha256"`
	Changes       json.RawMessage `json:"changes" schema:"careerstream.record.published.v1#/properties/changes" doc:"Since the version before."`
	Href          string          `json:"href" doc:"Path of the record as of then."`
	Record        json.RawMessage `json:"record,omitempty" schema:"career.record.v1" doc:"The record, where include=record asks for it."`
}

// ChangeList is a page of changes, the oldest first.
type ChangeList struct {
	Changes []ChangeEntry `json:"changes"`
	More    bool          `json:"more" doc:"There is more already."`
	Next    string        `json:"next" doc:"Cursor for the next request, also where there is no more yet."`
}

// FromLatest as after skips all that there is.
const FromLatest = "latest"

// follower is a client on its way through the changes.
type follower struct {
	*exchange
	incarnation string
	// position is the sequence up to which the client has all.
	position uint64
	limit    int
	records  bool
}

// serveChanges answers with a page of changes or with a stream of events.
func serveChanges(x *exchange) *problem.Problem {
	f := follower{exchange: x, incarnation: x.deps.Catalog.Stats().Incarnation}
	f.limit = x.query.integer("limit", DefaultLimit, 1, MaxLimit)
	wait := time.Duration(x.query.integer("wait", 0, 0, int(MaxWait/time.Second))) * time.Second
	f.records = x.query.oneOf("include", "", "record") != ""
	if x.query.problem != nil {
		return x.query.problem
	}
	if p := f.start(); p != nil {
		return p
	}
	if x.media == mediaEvents {
		return f.stream()
	}
	if wait > 0 && x.r.Method != http.MethodHead {
		if p := f.wait(wait); p != nil {
			return p
		}
	}
	news := x.deps.Catalog.After(f.position, f.limit+1)
	if news.Incarnation != f.incarnation {
		return cursorGone("after")
	}
	list := ChangeList{Changes: []ChangeEntry{}, More: len(news.Versions) > f.limit}
	for _, v := range news.Versions[:min(f.limit, len(news.Versions))] {
		entry, p := f.entry(v)
		if p != nil {
			return p
		}
		list.Changes = append(list.Changes, entry)
		f.position = v.Seq
	}
	list.Next = f.cursor(f.position)
	x.link(list.Next, "after")
	return x.send(list)
}

// start finds the place from which the client goes on. A browser that comes back
// names it in Last-Event-ID
// (https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header),
// which counts more than the URL that it began with.
func (f *follower) start() *problem.Problem {
	text := f.query.text("after")
	if last := f.r.Header.Get("Last-Event-ID"); last != "" && f.media == mediaEvents {
		text = last
	}
	switch text {
	case "":
		return nil
	case FromLatest:
		f.position = f.deps.Catalog.Stats().Position
		return nil
	}
	from, err := decodeCursor(text, changesCursor)
	if err != nil {
		return badCursor("after")
	}
	if from.incarnation != digest(f.incarnation) || from.number > f.deps.Catalog.Stats().Position {
		return cursorGone("after")
	}
	f.position = from.number
	return nil
}

func (f *follower) cursor(seq uint64) string {
	return cursor{kind: changesCursor, incarnation: digest(f.incarnation), number: seq}.encode()
}

func (f *follower) entry(v *version) (ChangeEntry, *problem.Problem) {
	published, p := f.published(v)
	if p != nil {
		return ChangeEntry{}, p
	}
	entry := ChangeEntry{
		Cursor: f.cursor(v.Seq), Slug: v.Slug, Name: v.Name, Version: v.Number, ValidFrom: v.ValidFrom, Status: v.Status(),
		ContentSHA256: v.ContentSHA256, Changes: published.Changes, Href: asOf(v),
	}
	if f.records {
		entry.Record = published.Record
	}
	return entry, nil
}

// wait returns when there is a change, or the time is over.
func (f *follower) wait(limit time.Duration) *problem.Problem {
	leave, p := f.enter()
	if p != nil {
		return p
	}
	defer leave()
	// The server's own limits are for requests that are answered at once; a server
	// without limits has none to lift.
	controller := http.NewResponseController(f.w)
	_ = controller.SetReadDeadline(time.Time{})
	_ = controller.SetWriteDeadline(f.cfg.Now().Add(limit + patience))
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		news := f.deps.Catalog.After(f.position, 1)
		if len(news.Versions) > 0 || news.Incarnation != f.incarnation {
			return nil
		}
		select {
		case <-news.Changed:
		case <-timer.C:
			return nil
		case <-f.closed:
			return nil
		case <-f.r.Context().Done():
			return nil
		}
	}
}

// patience is how long a client may take to receive what is written to it.
const patience = 15 * time.Second

// enter takes one of the places of those who wait.
func (f *follower) enter() (leave func(), p *problem.Problem) {
	select {
	case f.waiting <- struct{}{}:
		return func() { <-f.waiting }, nil
	default:
		p = problem.New(problem.TooManyWaiting, "all places of those who wait for changes are taken")
		p.RetryAfter = 5 * time.Second
		return nil, p
	}
}
