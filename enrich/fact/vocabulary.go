package fact

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/gertd/go-pluralize"
)

//go:embed vocabulary/*.tsv
var embedded embed.FS

// maxTable is the size of a table, in bytes, over which it is refused.
const maxTable = 1 << 20

// The tables of a vocabulary folder.
const (
	credentialTable = "credential.tsv"
	educationTable  = "education.tsv"
	methodTable     = "method.tsv"
	hoursTable      = "hours.tsv"
	currencyTable   = "currency.tsv"
	ignoredTable    = "ignored.tsv"
	cuesTable       = "cues.tsv"
)

// Entry is one row of a table of the vocabulary, for listings.
type Entry struct {
	Kind  Kind
	ID    string
	Label string
}

// entry is what a mention of one of its aliases stands for.
type entry struct {
	Entry
	// context words of which the sentence must hold one, with a capital as they
	// stand; none for an alias that is clear by itself.
	context []string
	// level is the education that a credential implies, or nil.
	level *entry
	// generic credentials say nothing beside a specific one.
	generic bool
	// title credentials also name the people who hold them.
	title bool
	// self says that the alias itself states the requirement.
	self bool
	// cue says that hours need a word about work before them.
	cue bool
}

// vocabulary is everything that is data.
type vocabulary struct {
	entries []Entry
	aliases phrases
	cues    [roleCount]phrases
	// firsts are the words that phrases begin with, in lower case.
	firsts map[string]marks
	// suffixes of words for occupations.
	suffixes   []string
	currencies map[string]string
}

// row is a line of a table.
type row struct {
	at    string // file:line
	cells []string
}

func (r row) cell(i int) string {
	if i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

func (r row) list(i int) []string {
	var items []string
	for item := range strings.SplitSeq(r.cell(i), "|") {
		items = append(items, strings.TrimSpace(item))
	}
	return items
}

// load reads the tables of folder, and of the built-in vocabulary those that the
// folder lacks. It names every mistake with its file and line.
func load(folder fs.FS) (*vocabulary, error) {
	l := loader{folder: folder, plural: pluralize.NewClient(), v: &vocabulary{
		aliases: make(phrases), firsts: make(map[string]marks), currencies: make(map[string]string),
	}}
	l.strangers()
	levels := l.entries(educationTable, Education, nil)
	l.entries(credentialTable, Credential, levels)
	l.entries(methodTable, Method, nil)
	l.entries(hoursTable, Hours, nil)
	for _, r := range l.rows(ignoredTable, 2) {
		for _, text := range r.list(1) {
			l.check(r, l.v.aliases.add(l.plural, text, nil))
		}
	}
	l.currencies()
	l.cues()
	l.v.index()
	if err := errors.Join(l.errs...); err != nil {
		return nil, fmt.Errorf("read facts vocabulary: %w", err)
	}
	return l.v, nil
}

type loader struct {
	folder fs.FS
	plural *pluralize.Client
	v      *vocabulary
	errs   []error
}

func (l *loader) fail(at, format string, args ...any) {
	l.errs = append(l.errs, fmt.Errorf("%s: %w", at, fmt.Errorf(format, args...)))
}

func (l *loader) check(r row, err error) {
	if err != nil {
		l.fail(r.at, "%w", err)
	}
}

// strangers refuses tables that nothing reads: mostly misspelt names.
func (l *loader) strangers() {
	if l.folder == nil {
		return
	}
	names, err := fs.Glob(l.folder, "*.tsv")
	if err != nil {
		l.fail("folder", "%w", err)
	}
	for _, name := range names {
		switch name {
		case credentialTable, educationTable, methodTable, hoursTable, currencyTable, ignoredTable, cuesTable:
		default:
			l.fail(name, "no such table; the tables are credential, education, method, hours, currency, ignored and cues")
		}
	}
}

// rows reads a table with at least min columns; lines with # and empty ones are
// left out.
func (l *loader) rows(name string, least int) []row {
	data, err := l.read(name)
	if err != nil {
		l.fail(name, "%w", err)
		return nil
	}
	var rows []row
	seen := make(map[string]string)
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r := row{name + ":" + strconv.Itoa(i+1), strings.Split(line, "\t")}
		switch first, ok := seen[r.cell(0)]; {
		case len(r.cells) < least || r.cell(least-1) == "":
			l.fail(r.at, "want %d columns parted by tabs", least)
		case r.cell(0) == "":
			l.fail(r.at, "the first column is empty")
		case ok:
			l.fail(r.at, "%q is in %s already", r.cell(0), first)
		default:
			seen[r.cell(0)] = r.at
			rows = append(rows, r)
		}
	}
	return rows
}

func (l *loader) read(name string) ([]byte, error) {
	if l.folder != nil {
		f, err := l.folder.Open(name)
		switch {
		case err == nil:
			defer func() { _ = f.Close() }() // only read
			data, err := io.ReadAll(io.LimitReader(f, maxTable+1))
			if err == nil && len(data) > maxTable {
				err = fmt.Errorf("larger than %d bytes", maxTable)
			}
			return data, err
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	return embedded.ReadFile("vocabulary/" + name)
}

// entries reads a table of ids, labels, aliases and options.
func (l *loader) entries(name string, kind Kind, levels map[string]*entry) map[string]*entry {
	all := make(map[string]*entry)
	for _, r := range l.rows(name, 3) {
		e := &entry{Entry: Entry{kind, r.cell(0), r.cell(1)}}
		if strings.Trim(e.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			l.fail(r.at, "id %q: want a-z, digits and hyphens", e.ID)
		}
		for option := range strings.FieldsSeq(r.cell(3)) {
			l.option(r, e, option, levels)
		}
		for _, text := range r.list(2) {
			l.check(r, l.v.aliases.add(l.plural, text, e))
		}
		all[e.ID] = e
		l.v.entries = append(l.v.entries, e.Entry)
	}
	return all
}

func (l *loader) option(r row, e *entry, option string, levels map[string]*entry) {
	key, value, _ := strings.Cut(option, "=")
	switch key {
	case "generic":
		e.generic = true
	case "title":
		e.title = true
	case "self":
		e.self = true
	case "cue":
		e.cue = true
	case "context":
		e.context = strings.Split(value, ",")
	case "level":
		if e.level = levels[value]; e.level == nil {
			l.fail(r.at, "level %q is not in %s", value, educationTable)
		}
	default:
		l.fail(r.at, "option %q: want %s", option, "title, generic, self, cue, context=WORD,WORD or level=ID")
	}
}

func (l *loader) currencies() {
	for _, r := range l.rows(currencyTable, 3) {
		code := r.cell(0)
		if len(code) != 3 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			l.fail(r.at, "code %q: want three capital letters (ISO 4217)", code)
		}
		for _, sign := range r.list(2) {
			key := strings.ToLower(sign)
			if have := l.v.currencies[key]; sign == "" || cmp.Or(have, code) != code {
				l.fail(r.at, "sign %q is empty or another currency's", sign)
			}
			l.v.currencies[key] = code
		}
	}
}

func (l *loader) cues() {
	names, filled := roles(), [roleCount]bool{}
	for r := range l.v.cues {
		l.v.cues[r] = make(phrases)
	}
	for _, r := range l.rows(cuesTable, 2) {
		at := slices.Index(names[:], r.cell(0))
		if at < 0 {
			l.fail(r.at, "no such role: %q", r.cell(0))
			continue
		}
		p := l.v.cues[at]
		filled[at] = true
		var plural *pluralize.Client
		if role(at) == occupation {
			plural = l.plural
		}
		for _, text := range r.list(1) {
			if suffix, ok := strings.CutPrefix(text, "-"); ok && plural != nil {
				l.v.suffixes = append(l.v.suffixes, suffix, plural.Plural(suffix))
				continue
			}
			l.check(r, p.add(plural, text, nil))
		}
	}
	for r, ok := range filled {
		if !ok {
			l.fail(cuesTable, "role %q is missing", names[r])
		}
	}
}
