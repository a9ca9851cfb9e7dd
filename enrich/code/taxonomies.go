package code

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// Config says where the taxonomies are. All may be empty.
type Config struct {
	// ONETDir has the O*NET database's text files, or is the folder around theirs.
	ONETDir string
	// ESCODir has ESCO's CSV files in English, or is the folder around theirs.
	ESCODir string
	// ONETVersion ("30.3") and ESCOVersion ("1.2.0") go before what the read-me file
	// and the folders' names tell.
	ONETVersion, ESCOVersion string
}

// Taxonomies gives occupation codes. It is immutable and safe for concurrent use;
// nil and the zero value know no taxonomy and return stated codes only.
type Taxonomies struct {
	onet, esco *taxonomy
}

// Loaded is what was read of one taxonomy.
type Loaded struct {
	Scheme      Scheme
	Version     string
	Occupations int
	// Titles are the different ones, titles and alternate titles.
	Titles int
}

// Load reads the taxonomies. The error names every one that cannot be taken, with
// file, line (see FileError) and reason, or what is missing and where to get it.
func Load(cfg Config) (*Taxonomies, error) {
	var t Taxonomies
	var errs []error
	if cfg.ONETDir != "" {
		onet, err := loadONET(cfg.ONETDir, cfg.ONETVersion)
		if err != nil {
			errs = append(errs, fmt.Errorf("load O*NET: %w", err))
		}
		t.onet = onet
	}
	if cfg.ESCODir != "" {
		esco, err := loadESCO(cfg.ESCODir, cfg.ESCOVersion)
		if err != nil {
			errs = append(errs, fmt.Errorf("load ESCO: %w", err))
		}
		t.esco = esco
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &t, nil
}

// Loaded returns what was read, for people; empty where nothing was.
func (t *Taxonomies) Loaded() []Loaded {
	all := []Loaded{}
	if t == nil {
		return all
	}
	if t.onet != nil {
		all = append(all, Loaded{ONETSOC, t.onet.version, len(t.onet.occupations), len(t.onet.entries)})
	}
	if t.esco != nil {
		all = append(all, Loaded{ESCO, t.esco.version, len(t.esco.occupations), len(t.esco.entries)})
	}
	return all
}

// Fingerprint is equal for taxonomies that give the same codes: 16 hexadecimal
// digits made of versions, codes and titles, whatever their order in the files. It
// is empty where nothing is loaded.
func (t *Taxonomies) Fingerprint() string {
	if t == nil || t.onet == nil && t.esco == nil {
		return ""
	}
	var all [2]string
	for i, taxonomy := range []*taxonomy{t.onet, t.esco} {
		if taxonomy != nil {
			all[i] = taxonomy.fingerprint
		}
	}
	sum := sha256.Sum256([]byte(all[0] + "/" + all[1]))
	return hex.EncodeToString(sum[:8])
}

// occupation is one of a taxonomy.
type occupation struct {
	code, uri, title string
	// group is ESCO's ISCO-08 unit group.
	group      string
	alternates []string
	// short are abbreviations.
	short []string
}

// taxonomy is one with its index. Occupations are sorted by code.
type taxonomy struct {
	version     string
	fingerprint string
	occupations []*occupation
	byCode      map[string]int
	// groups are the titles of ISCO-08 groups.
	groups map[string]string
	index
}

func newTaxonomy(version string, all map[string]*occupation) *taxonomy {
	t := &taxonomy{version: version, byCode: make(map[string]int, len(all))}
	hash := sha256.New()
	write := func(parts ...string) {
		for _, part := range parts {
			io.WriteString(hash, part) // a hash takes everything
			hash.Write([]byte{0})
		}
	}
	write(version)
	for _, code := range slices.Sorted(maps.Keys(all)) {
		o := all[code]
		for _, list := range []*[]string{&o.alternates, &o.short} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
		t.byCode[code] = len(t.occupations)
		t.occupations = append(t.occupations, o)
		write(o.code, o.uri, o.title, o.group)
		write(o.alternates...)
		write("")
		write(o.short...)
		write("")
	}
	t.fingerprint = hex.EncodeToString(hash.Sum(nil))
	t.index = newIndex(t.occupations)
	return t
}

// under returns the occupations whose codes start with prefix.
func (t *taxonomy) under(prefix string) []*occupation {
	at, _ := slices.BinarySearchFunc(t.occupations, prefix, func(o *occupation, p string) int { return cmp.Compare(o.code, p) })
	end := at
	for end < len(t.occupations) && len(t.occupations[end].code) >= len(prefix) && t.occupations[end].code[:len(prefix)] == prefix {
		end++
	}
	return t.occupations[at:end]
}
