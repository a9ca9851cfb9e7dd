package block

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A page's template is the way from the body down to what holds its text: the
// elements of the layout with their classes. What stands in it, which parts and
// how many of them, does not count, so that pages of one template have one
// fingerprint whatever optional parts they have.

// holdsPage is the share, in percent, of a page's text that an element has to
// hold to be part of the way.
const holdsPage = 80

// place is one path of layout elements; equal siblings share it.
type place struct {
	parent int32
	hash   uint64
	bytes  int
}

// outline is the tree of the layout's paths with the text in each.
type outline struct {
	places []place
	known  map[uint64]int32
	open   []int32
}

func newOutline() outline {
	return outline{places: []place{{hash: 7}}, known: make(map[uint64]int32, 64), open: make([]int32, 1, 64)}
}

// push goes into a block element.
func (o *outline) push(n *html.Node, info classInfo) {
	at := o.open[len(o.open)-1]
	if !layout(n) {
		o.open = append(o.open, at)
		return
	}
	h := (o.places[at].hash*1099511628211 ^ uint64(n.DataAtom)) * 1099511628211
	if n.DataAtom == 0 {
		h ^= hashString(n.Data)
	}
	if n.DataAtom != atom.Body { // the classes of a body tell of the one page
		h ^= info.layout * 31
	}
	i, ok := o.known[h]
	if !ok {
		i = int32(len(o.places))
		o.places = append(o.places, place{parent: at, hash: h})
		o.known[h] = i
	}
	o.open = append(o.open, i)
}

func (o *outline) pop() { o.open = o.open[:len(o.open)-1] }

// text notes text at the present place.
func (o *outline) text(bytes int) { o.places[o.open[len(o.open)-1]].bytes += bytes }

// fingerprint ends the outline.
func (o *outline) fingerprint() string {
	heir := make([]int32, len(o.places)) // the child that holds most
	for i := len(o.places) - 1; i > 0; i-- {
		p := o.places[i].parent
		o.places[p].bytes += o.places[i].bytes
		if h := heir[p]; h == 0 || o.places[i].bytes >= o.places[h].bytes {
			heir[p] = int32(i)
		}
	}
	at := int32(0)
	for next := heir[at]; next != 0 && o.places[next].bytes*100 >= o.places[0].bytes*holdsPage; next = heir[at] {
		at = next
	}
	sum := o.places[at].hash
	return fmt.Sprintf("html:%016x", sum^sum>>29)
}

// layout reports whether an element is part of a page's frame rather than of
// its content.
func layout(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Body, atom.Div, atom.Main, atom.Article, atom.Section, atom.Center, atom.Form, atom.Header, atom.Aside, atom.Nav, 0:
		return true
	}
	return false
}

// maxLayoutClass is the longest class, in bytes, that counts.
const maxLayoutClass = 60

// layoutHash hashes the classes that belong to a template: without their numbers
// and what generators append, without what tells of the page or of its state.
func layoutHash(classes string) (sum uint64) {
	for class := range strings.FieldsSeq(classes) {
		if i := strings.LastIndex(class, "__"); i > 0 && scrambled(class[i+2:]) { // CSS modules: name_local__hash
			class = class[:i]
		}
		class = strings.ToLower(class)
		word, rest, _ := strings.Cut(class, "-")
		switch {
		case ofPage[word] || varying[class] || len(class) > maxLayoutClass:
			continue
		case generated[word] && rest != "":
			class = word
		}
		if i := strings.IndexAny(class, "0123456789"); i >= 0 {
			class = strings.TrimRight(class[:i], "-_:[")
		}
		if class != "" {
			sum += hashString(class)
		}
	}
	return sum
}

// scrambled reports whether s looks like a hash rather than like a word.
func scrambled(s string) bool {
	if len(s) < 4 || len(s) > 12 {
		return false
	}
	return strings.ContainsAny(s[1:], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+")
}

// generated are first words of classes that style generators make up.
var generated = map[string]bool{"css": true, "sc": true, "jsx": true, "jss": true, "svelte": true, "emotion": true, "astro": true, "data": true, "v": true}

// ofPage are first words of classes that tell of a page or of its state.
var ofPage = map[string]bool{"category": true, "tag": true, "post": true, "postid": true, "page": true, "term": true,
	"status": true, "format": true, "has": true, "no": true, "is": true, "js": true, "author": true, "slug": true}
