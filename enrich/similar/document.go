package similar

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"

	"careerstream/schemas/career"
)

// Doc is what of a career counts for similarity.
type Doc struct {
	// Slug identifies the career; not empty.
	Slug string
	// Name in the singular.
	Name string
	// Duties, Types and Definition are one text an item, in page order.
	Duties     []string
	Types      []string
	Definition []string
}

// FromRecord is the Doc of a record. A duty or type is "name: text", or the one
// of them that is there.
func FromRecord(r *career.Record) Doc {
	d := Doc{Slug: r.Slug, Name: r.Name, Definition: r.Definition.Paragraphs}
	for _, duty := range r.Duties {
		d.Duties = append(d.Duties, item(duty.Name, duty.Text))
	}
	for _, t := range r.Types {
		d.Types = append(d.Types, item(t.Name, t.Text))
	}
	return d
}

func item(name, text string) string {
	if name == "" || text == "" {
		return name + text
	}
	return name + ": " + text
}

// digest tells documents of different content apart.
func (d Doc) digest() [sha256.Size]byte {
	h := sha256.New()
	write := func(texts ...string) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(texts))))
		for _, text := range texts {
			h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(text))))
			h.Write([]byte(text))
		}
	}
	write(d.Slug, d.Name)
	write(d.Duties...)
	write(d.Types...)
	write(d.Definition...)
	return [sha256.Size]byte(h.Sum(nil))
}

// document is a Doc as the index holds it.
type document struct {
	slug   string
	digest [sha256.Size]byte
	// terms in order of number.
	terms []use
	items []itemTerms

	// list is the best k others and weight the document's own; they are as of now
	// if known is set. known is unset when they may have changed.
	list   []neighbour
	weight uint32
	known  bool
}

// itemTerms is a duty or a type.
type itemTerms struct {
	text string
	// terms are numbers, in order.
	terms []uint32
}

// read makes the terms and items of a Doc, by hash.
func (l lexicon) read(d Doc) reading {
	r := reading{places: make(map[uint64]uint32)}
	kept := 0
	take := func(texts []string, place uint32, keep bool) {
		for _, text := range texts {
			text = cut(text, MaxText)
			keep := keep && len(r.items) < MaxItems && kept+len(text) <= MaxText
			var hashes []uint64
			l.terms(strings.ToLower(text), func(hash uint64, _, _ string) {
				if _, found := r.places[hash]; !found {
					if len(r.hashes) == MaxTerms {
						return
					}
					r.places[hash] = place
					r.hashes = append(r.hashes, hash)
				}
				if keep {
					hashes = append(hashes, hash)
				}
			})
			if keep && len(hashes) > 0 {
				kept += len(text)
				slices.Sort(hashes)
				r.items = append(r.items, hashedItem{strings.Clone(text), slices.Compact(hashes)})
			}
		}
	}
	// The first place is the strongest.
	take(d.Duties, inDuty, true)
	take(d.Types, inType, true)
	take([]string{d.Name}, inType, false)
	take(d.Definition, inDefinition, false)
	return r
}

// reading is a Doc before its terms have numbers.
type reading struct {
	hashes []uint64
	places map[uint64]uint32
	items  []hashedItem
}

type hashedItem struct {
	text   string
	hashes []uint64
}

// cut shortens a text to at most size bytes of whole characters.
func cut(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}
