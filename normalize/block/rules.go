package block

import (
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/html"
)

// Rules is what a site profile says about reading its markup. After it was
// filled it may be shared, and must not be copied.
type Rules struct {
	// DropClasses are words of class and id attributes that mark boilerplate;
	// attributes are cut into words at every character but letters and digits.
	DropClasses map[string]bool
	// DropPairs are two words that mark boilerplate when the attribute holds
	// both, next to each other ("related posts").
	DropPairs map[string]bool
	// HiddenClasses are whole classes that hide an element.
	HiddenClasses map[string]bool
	// HeadingClasses are words of classes that mark headings.
	HeadingClasses map[string]bool
	// NameClasses are words of classes that set off a name within a text.
	NameClasses map[string]bool
	// AdLabels are texts, folded, that open an advertisement.
	AdLabels map[string]bool
	// Telling reports whether a heading announces a part of a record; a sidebar
	// below it is content. nil knows none.
	Telling func(heading string) bool
	// seen remembers what attributes say, for the other pages of a site.
	seen memo
	// Root matches the element that holds the content, as main does.
	Root Selector
	// Drop and Keep match elements to leave out with all they hold, or to keep
	// in spite of every other rule.
	Drop, Keep Selector
}

// Selector matches elements; it is indexed by id, class and tag so that an
// element costs a few map look-ups only. The zero value matches nothing.
type Selector struct {
	byID, byClass, byTag map[string][]matcher
}

type matcher interface{ Match(*html.Node) bool }

// Matches reports whether any of the selectors matches n.
func (s *Selector) Matches(n *html.Node) bool {
	if s.byTag != nil && matchAny(s.byTag[n.Data], n) {
		return true
	}
	if s.byID == nil && s.byClass == nil {
		return false
	}
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "id":
			if matchAny(s.byID[n.Attr[i].Val], n) {
				return true
			}
		case "class":
			if s.byClass == nil {
				continue
			}
			for name := range strings.FieldsSeq(n.Attr[i].Val) {
				if matchAny(s.byClass[name], n) {
					return true
				}
			}
		}
	}
	return false
}

func matchAny(list []matcher, n *html.Node) bool {
	for _, m := range list {
		if m.Match(n) {
			return true
		}
	}
	return false
}

// classInfo is what the words of a class or id attribute say.
type classInfo struct {
	drop, hidden, heading, name, bold, toggle, column bool
	// shape is a hash of the words that do not vary within a page.
	shape uint64
	// layout is a hash of the words that belong to a template.
	layout uint64
}

// classOf reads the class and id attributes and their likes.
func (w *walker) classOf(n *html.Node) (info classInfo) {
	if n.DataAtom == 0 && strings.IndexByte(n.Data, '-') > 0 { // <my-cookie-bar>
		info.drop = w.rules.read(n.Data, true).drop
	}
	for i := range n.Attr {
		a := &n.Attr[i]
		if a.Val == "" || a.Key != "class" && a.Key != "id" && !strings.HasPrefix(a.Key, "data-") {
			continue
		}
		id := true
		switch a.Key {
		case "class":
			id = false
		case "id", "data-component", "data-testid", "data-test", "data-test-id", "data-module", "data-widget", "data-block", "data-role", "data-section", "data-type":
		case "data-ad", "data-ad-slot", "data-ad-unit", "data-adunit", "data-ad-client", "data-sponsored", "data-advertisement":
			info.drop = info.drop || a.Val != "false"
			continue
		default:
			continue
		}
		page := w.classes
		if id {
			page = w.ids
		}
		got, ok := page[a.Val]
		if !ok {
			got = w.rules.lookUp(a.Val, id)
			page[a.Val] = got
		}
		info.drop = info.drop || got.drop
		info.hidden = info.hidden || got.hidden
		info.heading = info.heading || got.heading
		info.name = info.name || got.name
		info.bold = info.bold || got.bold
		info.toggle = info.toggle || got.toggle
		info.column = info.column || got.column
		info.shape ^= got.shape
		info.layout ^= got.layout
	}
	return info
}

// maxMemo bounds the attributes that are remembered, maxMemoKey their length.
const (
	maxMemo    = 4096
	maxMemoKey = 200
)

// memo maps attributes to what they say. It holds facts only, so it does not
// matter which page put one there.
type memo struct {
	classes, ids sync.Map
	size         atomic.Int32
}

// lookUp is read, remembered.
func (r *Rules) lookUp(val string, id bool) classInfo {
	known := &r.seen.classes
	if id {
		known = &r.seen.ids
	}
	if got, ok := known.Load(val); ok {
		return *got.(*classInfo)
	}
	info := r.read(val, id)
	if len(val) <= maxMemoKey && r.seen.size.Load() < maxMemo {
		r.seen.size.Add(1)
		known.Store(strings.Clone(val), &info)
	}
	return info
}

func (r *Rules) read(val string, id bool) (info classInfo) {
	if len(val) > 2000 {
		val = val[:2000]
	}
	if !id {
		info.layout = layoutHash(val)
	}
	val = splitCamel(val)
	hidden, shown := false, false
	for class := range strings.FieldsSeq(val) {
		if !id {
			hidden = hidden || r.HiddenClasses[class]
			shown = shown || responsive(class)
			if !strings.ContainsAny(class, "0123456789") && !varying[class] {
				info.shape += hashString(class)
			}
		}
		prev := ""
		for word := range strings.FieldsFuncSeq(class, notWord) {
			info.drop = info.drop || r.DropClasses[word] && prev != "has" && prev != "with" && prev != "no" || r.DropPairs[prev+" "+word]
			prev = word
			if id {
				continue
			}
			info.heading = info.heading || r.HeadingClasses[word]
			info.name = info.name || r.NameClasses[word]
			info.bold = info.bold || word == "bold" || word == "strong" || word == "semibold" || word == "b"
			info.column = info.column || word == "col" || word == "column"
			info.toggle = info.toggle || word == "accordion" || word == "collapsible" || word == "collapsed" ||
				word == "faq" || word == "question" || word == "toggle"
		}
	}
	info.hidden = hidden && !shown
	return info
}

func notWord(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80)
}

// splitCamel gives "site-Nav" for "siteNav" and lower-cases.
func splitCamel(s string) string {
	if strings.ToLower(s) == s {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 && s[i-1] >= 'a' && s[i-1] <= 'z' {
				b.WriteByte('-')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// responsive reports whether a class shows an element on some screens, which
// undoes a hiding class beside it.
func responsive(class string) bool {
	for _, prefix := range []string{"sm:", "md:", "lg:", "xl:", "d-sm-", "d-md-", "d-lg-", "d-xl-"} {
		if strings.HasPrefix(class, prefix) && !strings.HasSuffix(class, "none") && !strings.HasSuffix(class, "hidden") {
			return true
		}
	}
	return false
}

// varying are classes that differ between siblings of one template.
var varying = map[string]bool{"odd": true, "even": true, "first": true, "last": true, "active": true,
	"current": true, "open": true, "show": true, "in": true, "selected": true, "alt": true}

// hashString is FNV-1a.
func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
