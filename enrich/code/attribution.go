package code

// Attribution is what must be said wherever data of a scheme are shown.
type Attribution struct {
	// Scheme is the one of the source; SOC titles come with ONETSOC, ISCO-08 titles
	// with ESCO.
	Scheme  Scheme `json:"scheme"`
	Version string `json:"version,omitempty"`
	// Text is the wording to show.
	Text string `json:"text"`
	// Licence names the terms of use, and URL is where they stand.
	Licence string `json:"licence"`
	URL     string `json:"url"`
}

// Attributions returns what the loaded taxonomies ask for, in the order of the
// schemes; empty where none is loaded.
func (t *Taxonomies) Attributions() []Attribution {
	all := []Attribution{}
	if t == nil {
		return all
	}
	if t.onet != nil {
		name := "O*NET Database"
		if t.onet.version != "" {
			name = "O*NET " + t.onet.version + " Database"
		}
		all = append(all, Attribution{
			Scheme:  ONETSOC,
			Version: t.onet.version,
			// The first three sentences are the O*NET Center's, "How to Credit Us".
			Text: "This page includes information from the " + name + " by the U.S. Department of Labor, " +
				"Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. " +
				"O*NET® is a trademark of USDOL/ETA. The assignment of occupations to careers is an addition " +
				"that USDOL/ETA has not approved, endorsed, or tested.",
			Licence: "CC BY 4.0",
			URL:     "https://www.onetcenter.org/license_db.html",
		})
	}
	if t.esco != nil {
		all = append(all, Attribution{
			Scheme:  ESCO,
			Version: t.esco.version,
			// ESCO's wording for services, tools and applications.
			Text: "This service uses the ESCO classification of the European Commission. " +
				"The assignment of occupations to careers is an addition that is not the European Commission's.",
			Licence: "Commission Decision 2011/833/EU (reuse with acknowledgement)",
			URL:     "https://eur-lex.europa.eu/eli/dec/2011/833/oj",
		})
	}
	return all
}
