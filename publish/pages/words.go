package pages

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"careerstream/publish/report/chart"
	"careerstream/schemas/career"
	"careerstream/schemas/fault"
)

// funcs are what templates call.
func (p *Pages) funcs() template.FuncMap {
	return template.FuncMap{
		"asset": func(name string) string { return p.assets.paths[name] },
		"ago":   func(t time.Time) string { return ago(p.cfg.Now(), t) },
		"stamp": func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") },
		"day":   func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"iso":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"clock": func() string { return p.cfg.Now().UTC().Format("15:04:05 UTC") },
		"count": func(v any) string { return count(v) },
		"share": chart.Percent, "part": partName, "field": fieldName, "place": placeName, "upper": upper, "many": many,
		"setting": func(s string) string { return upper(strings.ReplaceAll(s, "-", " ")) },
		"web": func(s string) bool {
			return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
		},
		"noun": func(n any, one, more string) string {
			_, name, _ := strings.Cut(many(n, one, more), " ")
			return name
		},
		"total": total, "troubles": troubles, "reason": reasonText, "heldName": p.heldName, "visited": visited, "said": said,
		"kindLabel": func(kind string) string { return upper(fault.Kind(kind).Info().Label) },
		"words":     words, "edge": edge, "add": func(a, b int) int { return a + b }, "stage": stageName,
		"paragraphs": func(s string) []string { return strings.Split(s, "\n\n") },
		"short": func(s string) string {
			return s[:min(len(s), 12)]
		},
		"percent": percent,
		"meter":   func(v float64) float64 { return min(max(v, 0), 1) * 100 },
		"changes": changesOf, "lacks": lacks,
		"quality": func() []string { return []string{"25", "50", "60", "70", "80", "90"} },
		"tops":    func() []int { return []int{5, defaultTop, 20, maxTop} },
	}
}

func count(v any) string {
	switch v := v.(type) {
	case int:
		return chart.Count(float64(v))
	case uint64:
		return chart.Count(float64(v))
	case int64:
		return chart.Count(float64(v))
	}
	return fmt.Sprint(v)
}

// many is a number with its noun.
func many(n any, one, more string) string {
	text := count(n)
	if text == "1" {
		return "1 " + one
	}
	return text + " " + more
}

// ago is how long something is past, in the largest unit that is whole.
func ago(now, t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	d := now.Sub(t)
	switch {
	case d < 5*time.Second:
		return "just now"
	case d < time.Minute:
		return fmt.Sprintf("%d s ago", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return many(int(d.Hours()/24), "day", "days") + " ago"
}

func upper(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + s[i:]
		}
	}
	return strings.ToUpper(s)
}

// partName is a part of a record for people.
func partName(name string) string {
	switch name {
	case "faqs":
		return "Questions"
	case "see_also":
		return "See also"
	case "sections":
		return "Other sections"
	}
	return upper(strings.ReplaceAll(name, "_", " "))
}

// works says that a stage works on a page's way, and does not store.
func works(stage string) bool {
	switch stage {
	case "normalize", "enrich", "gate", "release", "feed":
		return true
	}
	return false
}

// stageName says what a stage or sink does.
func stageName(stage string) string {
	switch stage {
	case "normalize":
		return "Read pages into records"
	case "enrich":
		return "Link, code and score records"
	case "gate":
		return "Publish or hold"
	case "release":
		return "Publish what was released"
	case "feed":
		return "Update the careers bucket"
	case "dead":
		return "Dead letters"
	case "held":
		return "Held records"
	case "drift":
		return "Drift of sites"
	case "checks":
		return "Checks of pages"
	}
	return upper(strings.ReplaceAll(stage, "-", " "))
}

// fieldName is the path of a field for people: "duties[fit-pipes].text" is
// "Duties › fit pipes › text".
func fieldName(field string) string {
	var steps []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			steps = append(steps, b.String())
			b.Reset()
		}
	}
	depth := 0
	for _, r := range field {
		switch {
		case r == '[':
			if depth == 0 {
				flush()
			} else {
				b.WriteRune(r)
			}
			depth++
		case r == ']' && depth > 0:
			if depth--; depth == 0 {
				flush()
			} else {
				b.WriteRune(r)
			}
		case r == '.' && depth == 0:
			flush()
		default:
			b.WriteRune(r)
		}
	}
	flush()
	for i, step := range steps {
		switch {
		case i == 0:
			steps[i] = partName(step)
		case step == "paragraphs" || step == "text":
			steps[i] = "text"
		default:
			steps[i] = strings.ReplaceAll(step, "_", " ")
		}
	}
	return strings.Join(steps, " › ")
}

// edge is the anchor of the item that a field names by index, "" for another:
// "duties[2].text" is "duties-2".
func edge(field string) string {
	name, rest, ok := strings.Cut(field, "[")
	index, _, closed := strings.Cut(rest, "]")
	if !ok || !closed || strings.Trim(index, "0123456789") != "" || index == "" {
		name, _, _ = strings.Cut(field, ".")
		switch name {
		case "definition", "duties", "types", "workplace", "faqs":
			return name
		}
		return ""
	}
	switch name {
	case "duties", "types", "faqs":
		return name + "-" + index
	case "definition.paragraphs":
		return "definition"
	case "workplace.paragraphs":
		return "workplace"
	}
	return ""
}

// changesOf leaves out what follows from other changes, and a quality that moved by
// less than is shown.
func changesOf(list []career.Change) []career.Change {
	shown := make([]career.Change, 0, len(list))
	for _, c := range list {
		before, errBefore := strconv.ParseFloat(c.Before, 64)
		after, errAfter := strconv.ParseFloat(c.After, 64)
		switch {
		case c.Kind == career.Changed && (strings.HasPrefix(c.Field, "facts[") || strings.HasPrefix(c.Field, "relations[")):
		case c.Field == "quality.score" && errBefore == nil && errAfter == nil && percent(before) == percent(after):
		default:
			shown = append(shown, c)
		}
	}
	return shown
}

func percent(v float64) string { return fmt.Sprintf("%.0f", v*100) }

// lacks are the parts that other careers of the catalog have and this one has not.
// What a page has besides the known parts is none that others lack.
func lacks(s Summary, l Listing) []string {
	var missing []string
	for _, part := range s.Parts {
		if part.Have > 0 && part.Part != "sections" && !slices.Contains(l.Parts, part.Part) {
			missing = append(missing, part.Part)
		}
	}
	return missing
}
