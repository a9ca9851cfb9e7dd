package api

import (
	"careerstream/publish/api/catalog"
	"careerstream/publish/api/jsonld"
	"careerstream/publish/api/openapi"
	"careerstream/publish/api/problem"
	"careerstream/publish/report"
)

const mediaJSON = "application/json"

// table is every path of the API.
func (h *Handler) table() []*route {
	json, linked := []string{mediaJSON}, []string{jsonld.MediaType}
	gone := []problem.Kind{problem.UnknownCareer, problem.Retired, problem.CatalogLoading, problem.HistoryUnavailable}
	asOf := openapi.Parameter{Name: "as_of", Description: "The version that was valid at this time (RFC 3339) or at the beginning of this date (UTC).", Schema: openapi.Schema{"type": "string"}}
	slug := openapi.Parameter{Name: "slug", In: "path", Description: "The career's slug. One that was renamed redirects.", Schema: openapi.Schema{"type": "string"}}
	limit := numbered("limit", "Most items of the answer.", DefaultLimit, 1, MaxLimit)
	page := textual("cursor", "Where to go on: next of the page before.")
	routes := []*route{
		{
			path: "/v1/careers", id: "listCareers", summary: "Careers by filter, page by page",
			description: "All pages that follow from one another are of the catalog as it was at the first, whatever is published meanwhile.",
			parameters: []openapi.Parameter{
				textual("q", "Words of which each begins a word of the name or of another name of the career."),
				textual("site", "Host of the page."),
				chosen("status", "Living careers, retired ones, or all.", "active", "active", "retired", "all"),
				{Name: "has", Description: "Parts that the record has all of.", Schema: openapi.Schema{"type": "array", "items": openapi.Schema{"type": "string", "enum": catalog.PartNames()}}},
				{Name: "min_quality", Description: "Lowest quality.", Schema: openapi.Schema{"type": "number", "minimum": 0, "maximum": 1}},
				textual("updated_since", "Earliest time (RFC 3339) or date of the version."),
				chosen("sort", "Order: by name, the last changed first, or the best first.", "name", "name", "-updated", "quality"),
				limit, page,
			},
			media: json, catalog: true, answers: body[CareerList]("A page of careers.", mediaJSON, "Link"),
			problems: []problem.Kind{problem.BadCursor, problem.CursorGone, problem.CatalogLoading}, serve: serveList,
		},
		{
			path: "/v1/careers/{slug}", id: "getCareer", summary: "The record of a career",
			parameters: []openapi.Parameter{slug, asOf}, media: []string{mediaJSON, jsonld.MediaType}, catalog: true,
			answers: record(mediaJSON, jsonld.MediaType), problems: append([]problem.Kind{problem.NotYetPublished}, gone...), serve: serveCareer,
		},
		{
			path: "/v1/careers/{slug}.jsonld", id: "getCareerLinked", summary: "The record of a career as JSON-LD, for clients that cannot say what they accept",
			parameters: []openapi.Parameter{slug, asOf}, media: linked, catalog: true,
			answers: record(jsonld.MediaType), problems: append([]problem.Kind{problem.NotYetPublished}, gone...), serve: serveCareer,
		},
		{
			path: "/v1/careers/{slug}/versions", id: "listVersions", summary: "The history of a career, the newest first",
			parameters: []openapi.Parameter{slug, limit, page}, media: json, catalog: true,
			answers:  moved(body[VersionList]("A page of the history.", mediaJSON, "Link")),
			problems: []problem.Kind{problem.BadCursor, problem.UnknownCareer, problem.CursorGone, problem.CatalogLoading, problem.HistoryUnavailable}, serve: serveVersions,
		},
		{
			path: "/v1/careers/{slug}/similar", id: "listSimilar", summary: "Careers like this one, and why",
			parameters: []openapi.Parameter{slug, numbered("limit", "Most careers of the answer.", 10, 1, MaxSimilar)},
			media:      json, catalog: true, answers: moved(body[SimilarList]("The most similar careers.", mediaJSON)),
			problems: gone[:3], serve: serveSimilar,
		},
		{
			path: "/v1/changes", id: "listChanges", summary: "Every version in the order of publication",
			description: "A client that asks with the cursor of the last answer, or reconnects to the stream of events with Last-Event-ID, gets every version once.",
			parameters: []openapi.Parameter{
				textual("after", "Cursor of the last change that the client has, or latest to skip all that there is; without it from the first."),
				limit, numbered("wait", "Seconds to wait for a change where there is none yet.", 0, 0, 60),
				chosen("include", "Also the whole record of each version.", "", "record"),
				{Name: "Last-Event-ID", In: "header", Description: "Cursor, for streams of events; counts more than after.", Schema: openapi.Schema{"type": "string"}},
			},
			media: []string{mediaJSON, mediaEvents}, catalog: true, answers: changes,
			problems: []problem.Kind{problem.BadCursor, problem.CursorGone, problem.CatalogLoading, problem.HistoryUnavailable, problem.TooManyWaiting}, serve: serveChanges,
		},
	}
	for _, r := range []*route{
		{path: "/v1/trends/leaderboard", id: "getLeaderboard", summary: "Careers by how often they are matched, against the period before", answers: body[report.Leaderboard]("The leaderboard.", mediaJSON), serve: serveReport(report.LeaderboardName)},
		{path: "/v1/trends/daily", id: "getTrends", summary: "How often careers are matched, day by day", answers: body[report.Trends]("The days.", mediaJSON), serve: serveReport(report.TrendsName)},
		{path: "/v1/trends/funnel", id: "getFunnel", summary: "From a career's page through the test to that career", answers: body[report.Funnel]("The funnel.", mediaJSON), serve: serveReport(report.FunnelName)},
		{path: "/v1/trends/traits", id: "getTraits", summary: "Mean traits of those matched with a career, against everyone", answers: body[report.Traits]("The profiles.", mediaJSON), serve: serveReport(report.TraitsName)},
		{path: "/v1/coverage", id: "getCoverage", summary: "How many careers of each site have each part", answers: body[CoverageReport]("The coverage.", mediaJSON), serve: serveCoverage},
	} {
		if r.path != "/v1/coverage" {
			r.parameters = []openapi.Parameter{
				textual("since", "First day (2026-10-01), or a number of days (30d); default 30d."),
				textual("until", "Last day; default: the last with outcomes."),
				{Name: "career", Description: "Slugs of the careers to show; default: the first of the period.", Schema: openapi.Schema{"type": "array", "items": openapi.Schema{"type": "string"}}},
				numbered("top", "How many careers to show where none is named.", defaultCareers, 1, maxCareers),
			}
		}
		r.media, r.problems = json, []problem.Kind{problem.ReportsUnavailable, problem.Internal}
		routes = append(routes, r)
	}
	return append(routes,
		&route{path: "/v1/health", id: "getHealth", summary: "The state of this API", media: json, open: true, answers: body[Health]("The state, also while it is not good.", mediaJSON), serve: serveHealth},
		&route{path: "/v1/openapi.json", id: "getDescription", summary: "This document", media: json, open: true, answers: body[map[string]any]("OpenAPI 3.1.", mediaJSON), serve: serveDocument},
	)
}

func textual(name, description string) openapi.Parameter {
	return openapi.Parameter{Name: name, Description: description, Schema: openapi.Schema{"type": "string"}}
}

func numbered(name, description string, absent, low, high int) openapi.Parameter {
	return openapi.Parameter{Name: name, Description: description, Schema: openapi.Schema{"type": "integer", "default": absent, "minimum": low, "maximum": high}}
}

func chosen(name, description, absent string, values ...string) openapi.Parameter {
	schema := openapi.Schema{"type": "string", "enum": values}
	if absent != "" {
		schema["default"] = absent
	}
	return openapi.Parameter{Name: name, Description: description, Schema: schema}
}
