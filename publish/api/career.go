package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"careerstream/publish/api/catalog"
	"careerstream/publish/api/jsonld"
	"careerstream/publish/api/problem"
	"careerstream/publish/api/represent"
	"careerstream/publish/sink"
)

// serveCareer answers with the record of a career.
func serveCareer(x *exchange) *problem.Problem {
	at, given := x.query.moment("as_of")
	if x.query.problem != nil {
		return x.query.problem
	}
	latest, known := x.deps.Catalog.Get(x.slug)
	if known && given {
		return x.serveCareerAt(at)
	}
	if !known || latest.Retired != nil {
		return x.elsewhere(latest, known)
	}
	if latest.Body == nil {
		return x.serveVersion(latest.Version)
	}
	return x.serveRecord(latest.Version, latest.Body)
}

// serveCareerAt answers with the version that was valid at a time.
func (x *exchange) serveCareerAt(at time.Time) *problem.Problem {
	versions := x.deps.Catalog.Versions(x.slug)
	v := catalog.ValidAt(versions, at)
	if v == nil {
		p := problem.New(problem.NotYetPublished, x.slug+" was published first at "+versions[0].ValidFrom.Format(time.RFC3339))
		p.FirstPublished = &versions[0].ValidFrom
		return p
	}
	return x.serveVersion(v)
}

// serveVersion answers with a version's record, from the stream unless it is the
// latest.
func (x *exchange) serveVersion(v *catalog.Version) *problem.Problem {
	published, p := x.published(v)
	if p != nil {
		return p
	}
	return x.serveRecord(v, represent.New(mediaJSON, catalog.Tag(v), published.Record))
}

func (x *exchange) serveRecord(v *catalog.Version, body *represent.Representation) *problem.Problem {
	if x.media == jsonld.MediaType {
		document, err := jsonld.Encode(body.Bytes())
		if err != nil {
			return x.unexpected(err)
		}
		body = represent.New(jsonld.MediaType, catalog.Tag(v)+"-ld", document)
	}
	x.represent(body)
	return nil
}

// published returns a version with its texts.
func (x *exchange) published(v *catalog.Version) (catalog.Published, *problem.Problem) {
	if latest, known := x.deps.Catalog.Get(v.Slug); known && latest.Version == v && latest.Body != nil {
		return catalog.Published{Record: latest.Body.Bytes(), Changes: latest.Changes, ContentSHA256: v.ContentSHA256}, nil
	}
	raw, found, err := x.deps.History.Get(x.r.Context(), v.Seq)
	if err != nil || !found {
		if err != nil {
			x.cfg.Logger.Debug("history cannot be read", "seq", v.Seq, "err", err)
		}
		p := problem.New(problem.HistoryUnavailable, "version "+strconv.FormatUint(v.Number, 10)+" of "+v.Slug+" cannot be read now")
		p.RetryAfter = 2 * time.Second
		return catalog.Published{}, p
	}
	return x.decode(raw)
}

func (x *exchange) decode(raw sink.Raw) (catalog.Published, *problem.Problem) {
	_, published, err := catalog.Read(raw)
	if err != nil {
		return catalog.Published{}, x.unexpected(err)
	}
	return published, nil
}

// elsewhere answers for a slug without a living career: where it has gone, or
// that it is gone or was never there.
func (x *exchange) elsewhere(latest catalog.Latest, known bool) *problem.Problem {
	if heir := x.deps.Catalog.Heir(x.slug); heir != "" {
		location := strings.Replace(x.route.path, "{slug}", heir, 1)
		if x.r.URL.RawQuery != "" {
			location += "?" + x.r.URL.RawQuery
		}
		header := x.w.Header()
		header.Set("Location", location)
		header["Vary"], header["Cache-Control"] = x.vary, x.caching
		x.w.WriteHeader(http.StatusMovedPermanently)
		return nil
	}
	if !known {
		return problem.New(problem.UnknownCareer, "there is no career "+strconv.Quote(brief(x.slug))+" and was none")
	}
	p := problem.New(problem.Retired, x.slug+" is retired since "+latest.Retired.Since.UTC().Format(time.RFC3339)+", and nothing replaces it")
	p.Retirement = latest.Retired
	p.LastVersion = "/v1/careers/" + x.slug + "?as_of=" + latest.ValidFrom.Format(time.RFC3339Nano)
	return p
}

// unexpected is a fault of the program, for the operator.
func (x *exchange) unexpected(err error) *problem.Problem {
	x.cfg.Logger.Error("read API cannot answer", "path", x.r.URL.Path, "err", err)
	return problem.New(problem.Internal, "the operator's log has more")
}
