package api

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// accepted returns the one of the offers that the client prefers, the first among
// equals, or "" where it takes none (RFC 9110 section 12.5.1). Without the field
// it takes all.
func accepted(values []string, offers []string) string {
	if len(values) == 0 || len(values) == 1 && (values[0] == "*/*" || values[0] == offers[0]) {
		return offers[0]
	}
	best, weight := "", 0.0
	for _, offer := range offers {
		if q := quality(values, offer); q > weight {
			best, weight = offer, q
		}
	}
	return best
}

// quality is the weight of a media type by the most specific range that matches.
func quality(values []string, offer string) float64 {
	kind, _, _ := strings.Cut(offer, "/")
	weight, specific := 0.0, 0
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			media, parameters, err := mime.ParseMediaType(part)
			if err != nil {
				continue
			}
			rank := 0
			switch media {
			case offer:
				rank = 3
			case kind + "/*":
				rank = 2
			case "*/*":
				rank = 1
			}
			if rank <= specific {
				continue
			}
			q := 1.0
			if text, found := parameters["q"]; found {
				if q, err = strconv.ParseFloat(text, 64); err != nil {
					q = 0
				}
			}
			weight, specific = q, rank
		}
	}
	return weight
}

// cors answers who may read from scripts of which sites
// (https://fetch.spec.whatwg.org/#http-cors-protocol).
type cors struct {
	all     bool
	origins []string
}

func newCORS(origins []string) cors {
	return cors{all: slices.Contains(origins, AllOrigins), origins: origins}
}

// listed says that the answer depends on who asks.
func (c cors) listed() bool { return !c.all && len(c.origins) > 0 }

var (
	anyOrigin = []string{"*"}
	exposed   = []string{"ETag, Link, Location, Retry-After"}
)

func (c cors) allow(header http.Header, r *http.Request) {
	origin := r.Header["Origin"]
	if len(origin) == 0 {
		return
	}
	switch {
	case c.all:
		header["Access-Control-Allow-Origin"] = anyOrigin
	case slices.Contains(c.origins, origin[0]):
		header["Access-Control-Allow-Origin"] = origin
	default:
		return
	}
	header["Access-Control-Expose-Headers"] = exposed
	if r.Method == http.MethodOptions {
		header.Set("Access-Control-Allow-Methods", methods)
		header.Set("Access-Control-Allow-Headers", "Accept, Authorization, If-None-Match, Last-Event-ID")
		header.Set("Access-Control-Max-Age", "86400")
	}
}
