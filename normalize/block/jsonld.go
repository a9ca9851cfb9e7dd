package block

import (
	"encoding/json"
	"strings"

	"careerstream/normalize/text"
)

// Limits on what is taken from JSON-LD.
const (
	maxJSONLD      = 1 << 20
	maxJSONLDDepth = 12
	maxQuestions   = 200
)

// stated reads what a JSON-LD script states: Questions, and an Occupation. Broken
// JSON states nothing, and of several Occupations none is the page's.
func (w *walker) stated(src string) {
	if len(src) > maxJSONLD || !strings.Contains(src, "Question") && !strings.Contains(src, "Occupation") {
		return
	}
	src = strings.TrimSpace(src)
	src = strings.TrimSuffix(strings.TrimPrefix(src, "<![CDATA["), "]]>")
	var doc any
	if json.Unmarshal([]byte(src), &doc) != nil {
		return
	}
	from := len(w.doc.FAQs)
	collectFAQs(doc, 0, &w.doc.FAQs)
	for i := range w.doc.FAQs[from:] {
		w.answerBlocks(&w.doc.FAQs[from+i])
	}
	collectOccupations(doc, 0, &w.occupations)
}

func collectFAQs(v any, depth int, out *[]QA) {
	if depth > maxJSONLDDepth || len(*out) >= maxQuestions {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collectFAQs(e, depth+1, out)
		}
	case map[string]any:
		if isType(v["@type"], "Question") {
			q := text.Clean(htmlText(stringOf(v["name"])))
			if answer := answerOf(v["acceptedAnswer"]); q != "" && strings.TrimSpace(answer) != "" {
				*out = append(*out, QA{Question: q, html: answer})
			}
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "hasPart", "mainEntityOfPage"} {
			collectFAQs(v[key], depth+1, out)
		}
	}
}

func isType(v any, want string) bool {
	switch v := v.(type) {
	case string:
		return strings.TrimPrefix(v, "https://schema.org/") == want || strings.TrimPrefix(v, "http://schema.org/") == want
	case []any:
		for _, e := range v {
			if isType(e, want) {
				return true
			}
		}
	}
	return false
}

func stringOf(v any) string {
	s, _ := v.(string)
	return s
}

func answerOf(v any) string {
	switch v := v.(type) {
	case map[string]any:
		return stringOf(v["text"])
	case []any:
		if len(v) > 0 {
			return answerOf(v[0])
		}
	case string:
		return v
	}
	return ""
}
