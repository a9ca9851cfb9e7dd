// Package profile holds what sites are like, as data: how their headings read,
// what of their markup is content, which lines go nowhere.
package profile

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"

	"careerstream/normalize/block"
	"careerstream/normalize/pattern"
)

//go:embed profiles/*.json
var embedded embed.FS

// Generic is the name of the profile for sites without one.
const Generic = "generic"

// Source is a profile as it is written in a JSON file. Every list is added to
// the lists of the profile that it extends.
type Source struct {
	// Name of the profile, lower case with hyphens.
	Name string `json:"name"`
	// Extends names the profile that this one adds to; "" means Generic.
	Extends string `json:"extends"`
	// Hosts of the site; a host matches its subdomains too.
	Hosts []string `json:"hosts"`
	// Paths with which a page's path must begin; none means any.
	Paths []string `json:"paths"`
	// Headings are heading patterns by class (see Class).
	Headings map[string][]string `json:"headings"`
	// LeadIns are patterns for a paragraph that opens a class without a heading.
	LeadIns map[string][]string `json:"lead_ins"`
	// AKALabels are patterns for the words before a list of other names.
	AKALabels []string `json:"also_known_as_labels"`
	// SummaryStarts are patterns with which a comparison's summary begins.
	SummaryStarts []string `json:"summary_starts"`
	// Asides are patterns of sentences that point elsewhere and belong to no entry.
	Asides []string `json:"asides"`
	// DropLines are patterns for whole lines that go nowhere.
	DropLines []string `json:"drop_lines"`
	// DropStarts are patterns with which short lines begin that go nowhere.
	DropStarts []string `json:"drop_starts"`
	// Crumbs are the words with which a breadcrumb line begins.
	Crumbs []string `json:"crumbs"`
	// NavWords are words of navigation lines, FooterWords of footers; two of
	// them make a short line one.
	NavWords    []string `json:"nav_words"`
	FooterWords []string `json:"footer_words"`
	// CTA recognises calls to action.
	CTA CTA `json:"cta"`
	// Vacancy recognises advertisements of one job.
	Vacancy Signs `json:"vacancy"`
	// Captions recognises captions without markup.
	Captions Captions `json:"captions"`
	// Names are patterns of titles and links that hold a {career} and are no
	// section's heading.
	Names []string `json:"names"`
	// TitleNoise are parts of a page's title that name no career.
	TitleNoise []string `json:"title_noise"`
	// Articles are patterns of the texts of links that an answer goes on at.
	Articles []string `json:"articles"`
	// Pages are patterns of the paths of career pages, as in path.Match, for
	// finding them by links; none finds none.
	Pages []string `json:"pages"`
	// Markup says what of the HTML is content.
	Markup Markup `json:"markup"`
}

// CTA are phrases of calls to action. A text is one if a strong phrase marks at
// least half of its sentences, weak ones counting where a strong one is near.
type CTA struct {
	Strong []string `json:"strong"`
	Weak   []string `json:"weak"`
}

// Signs are phrases by which a kind of page is known: of the strong ones two are
// enough, or one with two weak ones.
type Signs struct {
	Strong []string `json:"strong"`
	Weak   []string `json:"weak"`
}

// Captions describes captions: the words they begin with, and the finite verbs
// that they lack.
type Captions struct {
	Prefixes []string `json:"prefixes"`
	Verbs    []string `json:"verbs"`
}

// Markup is block.Rules as data.
type Markup struct {
	// Root are selectors of elements that hold the content, beside main. What
	// stands outside of them is left out if they hold most of the page's text.
	Root []string `json:"root"`
	// Drop and Keep are CSS selectors.
	Drop []string `json:"drop"`
	Keep []string `json:"keep"`
	// The rest are words of classes, see block.Rules.
	DropClasses    []string `json:"drop_classes"`
	DropPairs      []string `json:"drop_pairs"`
	HiddenClasses  []string `json:"hidden_classes"`
	HeadingClasses []string `json:"heading_classes"`
	NameClasses    []string `json:"name_classes"`
	AdLabels       []string `json:"ad_labels"`
}

// Class is the part of a record that a heading announces.
type Class int

// The classes of headings.
const (
	None Class = iota
	Definition
	Duties
	Types
	Workplace
	FAQ
	Comparison
	Comparisons
	SeeAlso
	AlsoKnownAs
	Summary
	Other
	Drop
)

var classNames = map[string]Class{
	"definition": Definition, "duties": Duties, "types": Types, "workplace": Workplace, "faq": FAQ,
	"comparison": Comparison, "comparisons": Comparisons, "see_also": SeeAlso, "also_known_as": AlsoKnownAs,
	"summary": Summary, "other": Other, "drop": Drop,
}

// String returns the class's name in profiles, "" for None.
func (c Class) String() string {
	for name, class := range classNames {
		if class == c {
			return name
		}
	}
	return ""
}

// Profile is a compiled Source. It is read-only.
type Profile struct {
	Name          string
	hosts, paths  []string
	Headings      *pattern.Set // ids are Classes
	LeadIns       *pattern.Set // ids are Classes
	AKALabels     *pattern.Set
	SummaryStarts *pattern.Set
	Asides        *pattern.Set
	DropLines     *pattern.Set
	DropStarts    *pattern.Set
	Crumbs        map[string]bool
	NavWords      map[string]bool
	FooterWords   *pattern.Set
	CTAStrong     *pattern.Set
	CTAWeak       *pattern.Set
	VacancyStrong *pattern.Set
	VacancyWeak   *pattern.Set
	CaptionStarts *pattern.Set
	Verbs         map[string]bool
	Names         *pattern.Set
	TitleNoise    map[string]bool
	Articles      *pattern.Set
	pages         []string
	Rules         block.Rules
}

// Registry is a set of profiles, read-only after it was made.
type Registry struct {
	byName map[string]*Profile
	sites  []*Profile // with hosts, own ones before embedded ones
	// follows is the hash of what Follows is about.
	follows string
}

// New compiles the embedded profiles and those in own, which win over embedded
// ones for the same host or name. All faults are reported together, each with
// the name of its source and field.
func New(own ...Named) (*Registry, error) {
	sources := map[string]Source{}
	var order []string
	var errs []error
	take := func(n Named) {
		src, err := Decode(n.Data)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", n.File, err))
			return
		}
		if i := slices.Index(order, src.Name); i >= 0 {
			order = slices.Delete(order, i, i+1)
		}
		sources[src.Name] = src
		order = append(order, src.Name)
	}
	files, err := fs.Glob(embedded, "profiles/*.json")
	if err != nil {
		return nil, fmt.Errorf("list embedded profiles: %w", err)
	}
	for _, f := range files {
		data, err := embedded.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("read embedded profile: %w", err)
		}
		take(Named{path.Base(f), data})
	}
	for _, n := range own {
		take(n)
	}
	r := &Registry{byName: map[string]*Profile{}}
	for _, name := range order {
		chain, err := chainOf(name, sources)
		if err == nil {
			var p *Profile
			if p, err = compile(chain); err == nil {
				r.byName[name] = p
				if len(p.hosts) > 0 {
					r.sites = append([]*Profile{p}, r.sites...)
				}
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("profile %s: %w", name, err))
		}
	}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		src := sources[name]
		fmt.Fprintf(sum, "%q %q %q %q %q %q\n", name, src.Extends, src.Hosts, src.Paths, src.Pages, src.Articles)
	}
	r.follows = hex.EncodeToString(sum.Sum(nil)[:8])
	return r, errors.Join(errs...)
}

// Named is a profile's JSON with the name of its file.
type Named struct {
	File string
	Data []byte
}

// Load reads every *.json file of a directory. It fails if the directory cannot
// be read; the files are judged by New.
func Load(dir string) ([]Named, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	var out []Named
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".json" {
			continue
		}
		data, err := os.ReadFile(dir + string(os.PathSeparator) + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read profile: %w", err)
		}
		out = append(out, Named{e.Name(), data})
	}
	return out, nil
}

// Decode reads a profile's JSON. Unknown fields and classes are errors, so that
// a misspelt one is not ignored.
func Decode(data []byte) (Source, error) {
	var src Source
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&src); err != nil {
		return src, fmt.Errorf("read profile: %w", err)
	}
	var errs []error
	if src.Name == "" {
		errs = append(errs, errors.New(`field "name" is missing`))
	}
	for _, field := range []struct {
		name  string
		lists map[string][]string
	}{{"headings", src.Headings}, {"lead_ins", src.LeadIns}} {
		for _, class := range slices.Sorted(maps.Keys(field.lists)) {
			if _, ok := classNames[class]; !ok {
				errs = append(errs, fmt.Errorf("field %q: unknown class %q; use one of %s", field.name, class,
					strings.Join(slices.Sorted(maps.Keys(classNames)), ", ")))
			}
		}
	}
	return src, errors.Join(errs...)
}

// Find returns the profile for a page's URL: the site's, or Generic.
func (r *Registry) Find(pageURL string) *Profile {
	if u, err := url.Parse(pageURL); err == nil && u.Host != "" {
		host := strings.ToLower(u.Hostname())
		for _, p := range r.sites {
			if p.covers(host, u.Path) {
				return p
			}
		}
	}
	return r.byName[Generic]
}

// Named returns a profile by its name, or nil.
func (r *Registry) Named(name string) *Profile { return r.byName[name] }

// Names returns the names of all profiles, sorted.
func (r *Registry) Names() []string { return slices.Sorted(maps.Keys(r.byName)) }

func (p *Profile) covers(host, path string) bool {
	for _, h := range p.hosts {
		if host != h && !strings.HasSuffix(host, "."+h) {
			continue
		}
		if len(p.paths) == 0 {
			return true
		}
		for _, prefix := range p.paths {
			if strings.HasPrefix(path, prefix) {
				return true
			}
		}
	}
	return false
}

// IsPage reports whether a URL path is that of a career page, by the profile's
// patterns. A slash at the end makes no difference.
func (p *Profile) IsPage(urlPath string) bool {
	for _, pattern := range p.pages {
		if ok, _ := path.Match(strings.TrimSuffix(pattern, "/"), strings.TrimSuffix(urlPath, "/")); ok {
			return true
		}
	}
	return false
}

// Follows is a fingerprint of the rules in all profiles of which links are
// followed (pages and articles): 16 hex digits.
func (r *Registry) Follows() string { return r.follows }
