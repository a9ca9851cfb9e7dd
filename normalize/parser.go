package normalize

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"careerstream/normalize/block"
	"careerstream/normalize/name"
	"careerstream/normalize/profile"
	"careerstream/normalize/section"
	"careerstream/schemas/career"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"

	"github.com/PuerkitoBio/goquery"
	"github.com/gosimple/slug"
)

// Extractor is the version of the reading code, source.extractor of every
// record. It changes whenever the same page may give another record.
const Extractor = "careerstream-normalize/2"

// maxSlug is the longest slug in bytes.
const maxSlug = 120

// Config says which profiles a Parser knows.
type Config struct {
	// Profiles are added to the embedded ones and win over them; see profile.Load.
	Profiles []profile.Named
	// Profile, when set, is used for every page, whatever its URL.
	Profile string
}

// Parser reads pages. It is safe for concurrent use.
type Parser struct {
	profiles *profile.Registry
	forced   *profile.Profile
	inflect  *name.Inflector
}

// Input is a page to read.
type Input struct {
	// Body is the page's bytes. They are not changed.
	Body []byte
	// MediaType is page.HTML or page.Text; "" asks the body.
	MediaType string
	// Charset is a WHATWG encoding name; "" asks the body.
	Charset string
	// URL of the page, or "".
	URL string
	// Site is the URL's host, or page.LocalSite; "" is taken from URL.
	Site string
	// FetchedAt is when the page was taken.
	FetchedAt time.Time
	// BodySHA256 is the body's hash, 64 hex digits; "" is computed.
	BodySHA256 string
}

func (in Input) name() string {
	if in.URL != "" {
		return in.URL
	}
	return "page"
}

// New compiles the profiles. Every fault in them is reported, with its file and
// field.
func New(cfg Config) (*Parser, error) {
	reg, err := profile.New(cfg.Profiles...)
	if err != nil {
		return nil, fmt.Errorf("compile profiles: %w", err)
	}
	inflect, err := name.NewInflector()
	if err != nil {
		return nil, err
	}
	p := &Parser{profiles: reg, inflect: inflect}
	if cfg.Profile != "" {
		if p.forced = reg.Named(cfg.Profile); p.forced == nil {
			return nil, fmt.Errorf("no profile is called %q; use one of %s", cfg.Profile, strings.Join(reg.Names(), ", "))
		}
	}
	return p, nil
}

// Parse reads one page. It does no I/O, and gives the same record for the same
// input, byte for byte. Quality is left empty, as are links to other careers.
// Errors are faults: NotACareerPage, ConsentWall, TooDeep, EmptyPage, BadCharset.
func (p *Parser) Parse(in Input) (*career.Record, error) {
	rec, _, err := p.parse(in)
	return rec, err
}

// parse is Parse that returns also the template of a page that cannot be read, or ""
// where it has none.
func (p *Parser) parse(in Input) (*career.Record, string, error) {
	best, err := p.best(in)
	template := ""
	if best.doc != nil {
		template = best.doc.Template
	}
	if err != nil {
		return nil, template, err
	}
	rec := best.rec
	rec.Source = p.source(in, best.doc, best.profile.Name)
	rec.FillLists()
	return rec, template, nil
}

// best reads a page in the way that finds most.
func (p *Parser) best(in Input) (best attempt, err error) {
	src, err := decode(in)
	if err != nil {
		return best, err
	}
	if len(bytes.TrimSpace(src)) == 0 {
		return best, fault.New(fault.EmptyPage, "%s: page holds white space only", in.name())
	}
	isHTML := in.MediaType == page.HTML || in.MediaType != page.Text && looksHTML(src)
	if isHTML {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(src))
		if err != nil {
			return best, fault.New(fault.TooDeep, "%s: parse HTML: %w", in.name(), err)
		}
		best = p.readHTML(in, doc)
		if best.err != nil {
			if mended := mend(string(src)); len(mended) != len(src) {
				if doc, err := goquery.NewDocumentFromReader(strings.NewReader(mended)); err == nil {
					if again := p.readHTML(in, doc); again.err == nil {
						best = again
					}
				}
			}
		}
		if (best.err != nil || best.parts < wallParts) && walled(doc.Get(0)) {
			best.err = fault.New(fault.ConsentWall, "%s: shows hardly more than a request for consent", in.name())
		}
	} else {
		doc := block.Text(string(src))
		best = p.read(in, doc, p.profile(in, ""))
	}
	return best, best.err
}

// attempt is the outcome of one reading of a page.
type attempt struct {
	rec     *career.Record
	doc     *block.Doc
	profile *profile.Profile
	page    *section.Page
	parts   int
	err     error
}

// enoughParts of a record make a second, laxer reading needless.
const enoughParts = 3

// readHTML reads a page strictly; where that finds little, it reads again
// without trusting the markup, and takes the reading that found more.
// readHTML walks the document once instead of asking it for each field: a page
// is a sequence of blocks to us, and a query a field would visit it dozens of
// times.
func (p *Parser) readHTML(in Input, page *goquery.Document) (best attempt) {
	root := page.Get(0)
	prof := p.profile(in, block.Canonical(root))
	doc := block.HTML(root, block.Options{Rules: &prof.Rules})
	if doc.BoldBytes*2 > doc.TextBytes {
		doc = block.HTML(root, block.Options{Rules: &prof.Rules, IgnoreBold: true})
	}
	best = p.read(in, doc, prof)
	defer func() {
		if best.rec != nil {
			linkArticles(best.doc, prof, in.URL, best.rec)
		}
	}()
	if best.parts >= enoughParts {
		return best
	}
	lax := p.read(in, block.HTML(root, block.Options{Rules: &prof.Rules, Strictness: block.Lax}), prof)
	if lax.parts > best.parts+1 || best.err != nil && lax.err == nil {
		best = lax
	}
	return best
}

// document reads a page as a block sequence, strictly.
func (p *Parser) document(in Input) (*block.Doc, error) {
	src, err := decode(in)
	if err != nil {
		return nil, err
	}
	if in.MediaType == page.HTML || in.MediaType != page.Text && looksHTML(src) {
		doc, err := goquery.NewDocumentFromReader(bytes.NewReader(src))
		if err != nil {
			return nil, fault.New(fault.TooDeep, "%s: parse HTML: %w", in.name(), err)
		}
		root := doc.Get(0)
		return block.HTML(root, block.Options{Rules: &p.profile(in, block.Canonical(root)).Rules}), nil
	}
	return block.Text(string(src)), nil
}

// profile chooses the profile by the page's URL, or, where it has none of its
// own, by its canonical link.
func (p *Parser) profile(in Input, canonical string) *profile.Profile {
	if p.forced != nil {
		return p.forced
	}
	link := in.URL
	if (link == "" || strings.HasPrefix(link, "file:")) && canonical != "" {
		link = canonical
	}
	return p.profiles.Find(link)
}

// read makes a record of a block sequence.
func (p *Parser) read(in Input, doc *block.Doc, prof *profile.Profile) attempt {
	out := attempt{doc: doc, profile: prof}
	if len(doc.Blocks) == 0 && len(doc.FAQs) == 0 && doc.Occupation == nil {
		out.err = fault.New(fault.EmptyPage, "%s: page shows no text", in.name())
		return out
	}
	pg := section.Prepare(doc, prof, p.inflect)
	out.page = pg
	n, ok := p.inflect.Resolve(pg.Evidence(in.URL), pg.Body)
	if !ok {
		out.err = fault.New(fault.NotACareerPage, "%s: looked for a career's name in title, link, headings and text with profile %s, found none (title %q, %d blocks)",
			in.name(), prof.Name, clip(doc.Title), len(pg.Blocks))
		return out
	}
	rec := &career.Record{Name: n.Singular, Plural: n.Plural, Slug: slugOf(n.Singular)}
	res := section.Read(pg, n, rec)
	out.rec = rec
	for _, c := range []bool{
		len(rec.Definition.Paragraphs) > 0 && res.Found[profile.Definition], len(rec.Duties) > 0, len(rec.Types) > 0,
		len(rec.Workplace.Paragraphs) > 0, len(rec.FAQs) > 0, len(rec.SeeAlso) > 0 && res.Found[profile.SeeAlso],
	} {
		if c {
			out.parts++
		}
	}
	if rec.Slug != "" && p.isCareer(rec, res) {
		if pg.Vacancy(res) {
			out.err = fault.New(fault.NotACareerPage, "%s: advertises one job, %q, and tells nothing of the career", in.name(), n.Singular)
		}
	} else {
		out.err = fault.New(fault.NotACareerPage, "%s: looked for sections on what a career is, does and where, with profile %s, found none about %q in %d blocks",
			in.name(), prof.Name, n.Singular, len(pg.Blocks))
	}
	return out
}

// isCareer reports whether a record is one of a career: it has duties, types, a
// workplace or a stated definition, and its name is one of people, or the page
// says how one gets into it or where it is done.
func (p *Parser) isCareer(rec *career.Record, res section.Result) bool {
	if p.inflect.Generic(rec.Name) {
		return false
	}
	if !p.inflect.Person(rec.Name) && len(rec.Workplace.Paragraphs) == 0 && !res.Entry {
		return false
	}
	if len(rec.Workplace.Paragraphs) == 0 && len(rec.Definition.Paragraphs) > 0 && p.inflect.DefinesThing(rec.Definition.Paragraphs[0]) {
		return false // "A dishwasher is a machine that cleans plates."
	}
	if len(rec.Types) > 0 && len(rec.Workplace.Paragraphs) == 0 && !res.Entry && !p.inflect.Surely(rec.Name) &&
		!slices.ContainsFunc(rec.Types, func(t career.Type) bool { return p.inflect.Person(t.Name) }) {
		return false // "Router", with wired and wireless ones
	}
	if len(rec.Duties) > 0 || len(rec.Types) > 0 && res.Found[profile.Types] || len(rec.Workplace.Paragraphs) > 0 {
		return true
	}
	return res.Stated && len(rec.Definition.Paragraphs) > 0
}

func (p *Parser) source(in Input, doc *block.Doc, profileName string) career.Source {
	s := career.Source{
		URL: in.URL, Site: in.Site, FetchedAt: in.FetchedAt.UTC(), BodySHA256: in.BodySHA256,
		Profile: profileName, Template: doc.Template, Extractor: Extractor,
	}
	if s.URL == "" {
		s.URL = doc.Canonical
	}
	if s.Site == "" {
		s.Site = page.LocalSite
		if u, err := url.Parse(s.URL); err == nil && u.Hostname() != "" && u.Scheme != "file" {
			s.Site = strings.ToLower(u.Hostname())
		}
	}
	if s.BodySHA256 == "" {
		sum := sha256.Sum256(in.Body)
		s.BodySHA256 = hex.EncodeToString(sum[:])
	}
	return s
}

// slugOf makes a career's slug of its name in the singular.
func slugOf(s string) string {
	out := slug.Make(s)
	if len(out) > maxSlug {
		out = strings.Trim(out[:maxSlug], "-_")
	}
	return strings.ReplaceAll(out, "_", "-")
}

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "..."
	}
	return s
}
