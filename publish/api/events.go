package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"careerstream/publish/api/problem"
)

// mediaEvents is the media type of server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
const mediaEvents = "text/event-stream"

// stream sends changes as events until the client goes, the server closes, or
// the history cannot be read: then the client comes back with the last cursor.
func (f *follower) stream() *problem.Problem {
	leave, p := f.enter()
	if p != nil {
		return p
	}
	defer leave()
	header := f.w.Header()
	header.Set("Content-Type", mediaEvents)
	header.Set("Cache-Control", "no-store")
	header["Vary"] = f.vary
	if f.r.Method == http.MethodHead {
		return nil
	}
	s := events{f: f, controller: http.NewResponseController(f.w)}
	_ = s.controller.SetReadDeadline(time.Time{}) // a server without limits has none to lift
	if s.send([]byte("retry: 2000\n\n")) != nil {
		return nil
	}
	s.run()
	return nil
}

type events struct {
	f          *follower
	controller *http.ResponseController
}

// run returns when the stream is to end.
func (s events) run() {
	f := s.f
	heartbeat := time.NewTicker(f.cfg.Heartbeat)
	defer heartbeat.Stop()
	for {
		news := f.deps.Catalog.After(f.position, MaxLimit)
		if news.Incarnation != f.incarnation {
			return
		}
		for _, v := range news.Versions {
			entry, p := f.entry(v)
			if p != nil || s.event(entry) != nil {
				return
			}
			f.position = v.Seq
		}
		if len(news.Versions) == MaxLimit {
			continue
		}
		select {
		case <-news.Changed:
		case <-heartbeat.C:
			if s.send([]byte(":\n\n")) != nil {
				return
			}
		case <-f.closed:
			return
		case <-f.r.Context().Done():
			return
		}
	}
}

// event sends a change. Its JSON has no line feed.
func (s events) event(entry ChangeEntry) error {
	data, err := json.Marshal(entry)
	if err != nil {
		_ = s.f.unexpected(err)
		return err
	}
	var b bytes.Buffer
	b.WriteString("event: change\nid: " + entry.Cursor + "\ndata: ")
	b.Write(data)
	b.WriteString("\n\n")
	return s.send(b.Bytes())
}

// send gives a slow client so long and no longer.
func (s events) send(data []byte) error {
	_ = s.controller.SetWriteDeadline(s.f.cfg.Now().Add(patience)) // as above
	if _, err := s.f.w.Write(data); err != nil {
		return err
	}
	return s.controller.Flush()
}
