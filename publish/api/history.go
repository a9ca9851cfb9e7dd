package api

import (
	"encoding/json"
	"slices"
	"time"

	"careerstream/publish/api/problem"
)

// VersionEntry is a version in a career's history.
type VersionEntry struct {
	Version       uint64          `json:"version"`
	ValidFrom     time.Time       `json:"valid_from" doc:"When it was published."`
	Name          string          `json:"name"`
	Status        string          `json:"status" enum:"active,retired"`
	Quality       float64         `json:"quality"`
	ContentSHA256 string          `json:"content_sha256"`
	Changes       json.RawMessage `json:"changes" schema:"careerstream.record.published.v1#/properties/changes" doc:"Since the version before."`
	Href          string          `json:"href" doc:"Path of the record as of then."`
}

// VersionList is a page of a career's history, the newest first.
type VersionList struct {
	Slug     string         `json:"slug"`
	Total    int            `json:"total" doc:"Versions on all pages."`
	Versions []VersionEntry `json:"versions"`
	Next     string         `json:"next,omitempty" doc:"Cursor of the next page; left out on the last."`
}

// serveVersions answers with the history of a career, a retired one's too.
func serveVersions(x *exchange) *problem.Problem {
	limit := x.query.integer("limit", DefaultLimit, 1, MaxLimit)
	if x.query.problem != nil {
		return x.query.problem
	}
	versions := x.deps.Catalog.Versions(x.slug)
	if len(versions) == 0 {
		latest, known := x.deps.Catalog.Get(x.slug)
		return x.elsewhere(latest, known)
	}
	incarnation, of := digest(x.deps.Catalog.Stats().Incarnation), digest(x.slug)
	list := VersionList{Slug: x.slug, Total: len(versions), Versions: []VersionEntry{}}
	below := len(versions)
	if text := x.query.text("cursor"); text != "" {
		from, err := decodeCursor(text, historyCursor)
		if err != nil || from.query != of {
			return badCursor("cursor")
		}
		if from.incarnation != incarnation {
			return cursorGone("cursor")
		}
		if below = slices.IndexFunc(versions, func(v *version) bool { return v.Number >= from.number }); below < 0 {
			return badCursor("cursor")
		}
	}
	for _, v := range slices.Backward(versions[max(0, below-limit):below]) {
		published, p := x.published(v)
		if p != nil {
			return p
		}
		list.Versions = append(list.Versions, VersionEntry{
			Version: v.Number, ValidFrom: v.ValidFrom, Name: v.Name, Status: v.Status(), Quality: v.Quality,
			ContentSHA256: v.ContentSHA256, Changes: published.Changes, Href: asOf(v),
		})
	}
	if below > limit {
		list.Next = cursor{kind: historyCursor, incarnation: incarnation, query: of, number: versions[below-limit].Number}.encode()
		x.link(list.Next, "cursor")
	}
	return x.send(list)
}

// asOf is the path of a version.
func asOf(v *version) string {
	return "/v1/careers/" + v.Slug + "?as_of=" + v.ValidFrom.Format(time.RFC3339Nano)
}
