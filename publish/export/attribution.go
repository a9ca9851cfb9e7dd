package export

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"careerstream/publish/export/release"
)

// schemes are the schemes of the codes that come from a taxonomy's files, which
// state their version; a code that a page itself states has none.
type schemes map[string]bool

func (s schemes) add(scheme, version string) {
	if version != "" {
		s[scheme] = true
	}
}

func (s schemes) addRecord(record json.RawMessage) error {
	var r struct {
		Codes []struct {
			Scheme  string `json:"scheme"`
			Version string `json:"version"`
		} `json:"codes"`
	}
	if err := json.Unmarshal(record, &r); err != nil {
		return fmt.Errorf("read codes: %w", err)
	}
	for _, code := range r.Codes {
		s.add(code.Scheme, code.Version)
	}
	return nil
}

// attribute returns the attributions that the codes ask for, and a warning for
// codes that none is known for.
func (s schemes) attribute(known []release.Attribution) (all []release.Attribution, warnings []string) {
	covered := map[string]bool{}
	for _, a := range known {
		if slices.ContainsFunc(a.Schemes, func(scheme string) bool { return s[scheme] }) {
			all = append(all, a)
			for _, scheme := range a.Schemes {
				covered[scheme] = true
			}
		}
	}
	for _, scheme := range slices.Sorted(maps.Keys(s)) {
		if !covered[scheme] {
			warnings = append(warnings, fmt.Sprintf("codes of %s are in the release without the attribution that the taxonomy may ask for: name its folder (--onet, --esco)", scheme))
		}
	}
	return all, warnings
}
