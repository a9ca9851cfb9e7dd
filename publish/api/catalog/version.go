package catalog

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"careerstream/schemas/career"
)

// Version is one version of a career, without its texts. It never changes.
type Version struct {
	// Seq is its place in the stream: versions are ordered by it.
	Seq uint64
	// Slug of the career, and Number of the version.
	Slug   string
	Number uint64
	// ValidFrom is when it was published.
	ValidFrom time.Time
	// Name and the other names of the career.
	Name        string
	AlsoKnownAs []string
	// Aliases are slugs that lead here.
	Aliases []string
	// Site that the page is on, in lower case.
	Site string
	// Quality from 0 to 1.
	Quality float64
	// Parts that the record has.
	Parts Parts
	// Retired is nil for a living career.
	Retired *career.Retirement
	// ContentSHA256 is the published one.
	ContentSHA256 string

	// folded is the name in the form for sorting, words every word of every name
	// in that form, a blank before each.
	folded, words string
}

// Status is career.Active or career.Retired.
func (v *Version) Status() string {
	if v.Retired != nil {
		return career.Retired
	}
	return career.Active
}

// share takes strings over from the version before where they are equal.
func (v *Version) share(before *Version) {
	if before == nil {
		return
	}
	take := func(mine *string, theirs string) {
		if *mine == theirs {
			*mine = theirs
		}
	}
	take(&v.Slug, before.Slug)
	take(&v.Name, before.Name)
	take(&v.Site, before.Site)
	take(&v.folded, before.folded)
	take(&v.words, before.words)
	if slices.Equal(v.AlsoKnownAs, before.AlsoKnownAs) {
		v.AlsoKnownAs = before.AlsoKnownAs
	}
	if slices.Equal(v.Aliases, before.Aliases) {
		v.Aliases = before.Aliases
	}
}

// index makes what sorting and searching need.
func (v *Version) index() {
	v.folded = Fold(v.Name)
	var b strings.Builder
	for _, name := range append([]string{v.Name}, v.AlsoKnownAs...) {
		for word := range strings.FieldsSeq(Fold(name)) {
			b.WriteByte(' ')
			b.WriteString(word)
		}
	}
	v.words = b.String()
}

// named reports whether each word begins a word of the names.
func (v *Version) named(words []string) bool {
	for _, word := range words {
		if !strings.Contains(v.words, " "+word) {
			return false
		}
	}
	return true
}

// Fold is text in the form that names are compared in: compatibility
// decomposition (UAX #15), no marks, lower case, letters and digits with single
// blanks between words.
func Fold(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}
