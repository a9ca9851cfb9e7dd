package api

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"careerstream/publish/api/openapi"
	"careerstream/publish/api/problem"
)

// query reads the parameters of a request; the first that is not understood is
// kept as problem.
type query struct {
	values  url.Values
	problem *problem.Problem
}

// longestValue bounds a parameter, in bytes.
const longestValue = 1000

// parse refuses what the route does not have, and what comes twice.
func (q *query) parse(raw string, known []openapi.Parameter) *problem.Problem {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return problem.New(problem.BadParameter, "the query cannot be read: "+err.Error())
	}
	for name, list := range values {
		i := slices.IndexFunc(known, func(p openapi.Parameter) bool { return p.Name == name && p.In == "" })
		switch {
		case i < 0:
			q.fail(name, "there is no such parameter here")
		case len(list) > 1 && known[i].Schema["type"] != "array":
			q.fail(name, "it is given %d times", len(list))
		case len(list) > maxItems:
			q.fail(name, "it is given %d times, want %d at most", len(list), maxItems)
		}
		for _, value := range list {
			switch {
			case len(value) > longestValue:
				q.fail(name, "it has %d bytes, want %d at most", len(value), longestValue)
			case !utf8.ValidString(value):
				q.fail(name, "it is not UTF-8")
			}
		}
	}
	q.values = values
	return q.problem
}

// maxItems bounds the items of a list.
const maxItems = 100

func (q *query) fail(name, format string, args ...any) {
	if q.problem == nil {
		name = brief(name)
		q.problem = problem.New(problem.BadParameter, name+": "+fmt.Sprintf(format, args...))
		q.problem.Parameter = name
	}
}

func (q *query) text(name string) string { return q.values.Get(name) }

func (q *query) oneOf(name, absent string, values ...string) string {
	value := q.text(name)
	if value == "" {
		return absent
	}
	if !slices.Contains(values, value) {
		q.fail(name, "%q is none of %s", value, strings.Join(values, ", "))
	}
	return value
}

func (q *query) integer(name string, absent, low, high int) int {
	value := q.text(name)
	if value == "" {
		return absent
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		q.fail(name, "%q is no number from %d to %d", value, low, high)
	}
	return n
}

func (q *query) share(name string) float64 {
	value := q.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n > 1 {
		q.fail(name, "%q is no number from 0 to 1", value)
	}
	return n
}

// items are the parts of a list with commas.
func (q *query) items(name string) []string {
	var items []string
	for _, value := range q.values[name] {
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				items = append(items, item)
			}
		}
	}
	if len(items) > maxItems {
		q.fail(name, "it has %d items, want %d at most", len(items), maxItems)
	}
	return items
}

// moment is a time (RFC 3339) or a date, which is its midnight in UTC; false
// where there is none.
func (q *query) moment(name string) (time.Time, bool) {
	value := q.text(name)
	if value == "" {
		if _, given := q.values[name]; given {
			q.fail(name, "it is empty")
		}
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	// A plus sign in a query stands for a blank.
	if t, err := time.Parse(time.RFC3339, strings.Replace(value, " ", "+", 1)); err == nil {
		return t, true
	}
	q.fail(name, "%q is no time such as 2026-10-31T12:00:00Z and no date such as 2026-10-31", value)
	return time.Time{}, false
}
