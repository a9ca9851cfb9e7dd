package quality

import (
	"cmp"
	"math"
	"slices"
)

// mostWorst is the number of careers that a Summary names.
const mostWorst = 10

// Scored is the quality of one record of a site.
type Scored struct {
	Site, Slug string
	Quality    Quality
}

// Summary is the quality of a site's records.
type Summary struct {
	// Site as in the records.
	Site string
	// Records is their number, at least 1.
	Records int
	// Mean, Median, Lowest and Highest are of the scores, 0 to 1 in steps of
	// 0.001. The median of an even number is the lower one of the middle two.
	Mean, Median, Lowest, Highest float64
	// Parts are the means by part, in the order of Quality.Parts.
	Parts []PartMean
	// Missing counts the records that lack a section, by field name.
	Missing map[string]int
	// Worst are the slugs with the lowest scores, lowest first, the smaller slug
	// among equals; at most 10.
	Worst []string
}

// PartMean is a part over many records.
type PartMean struct {
	Name string
	// Mean of the values, 0 to 1 in steps of 0.001, over the Judged records.
	Mean   float64
	Judged int
}

// Aggregate summarises records by site, in order of site. The result does not
// depend on the order of records.
func Aggregate(records []Scored) []Summary {
	sites := make(map[string][]Scored)
	for _, r := range records {
		sites[r.Site] = append(sites[r.Site], r)
	}
	summaries := make([]Summary, 0, len(sites))
	for site, of := range sites {
		summaries = append(summaries, summarise(site, of))
	}
	slices.SortFunc(summaries, func(a, b Summary) int { return cmp.Compare(a.Site, b.Site) })
	return summaries
}

func summarise(site string, records []Scored) Summary {
	slices.SortFunc(records, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(a.Quality.Score, b.Quality.Score), cmp.Compare(a.Slug, b.Slug))
	})
	s := Summary{
		Site: site, Records: len(records), Missing: make(map[string]int),
		Median: records[(len(records)-1)/2].Quality.Score,
		Lowest: records[0].Quality.Score, Highest: records[len(records)-1].Quality.Score,
	}
	// Sums of thousandths are whole numbers, the same in every order.
	sum, parts := 0, map[string]int{}
	judged := map[string]int{}
	for i, r := range records {
		sum += thousandths(r.Quality.Score)
		for _, part := range r.Quality.Parts {
			if part.Weight > 0 {
				parts[part.Name] += thousandths(part.Value)
				judged[part.Name]++
			}
		}
		for _, field := range r.Quality.Missing {
			s.Missing[field]++
		}
		if i < mostWorst {
			s.Worst = append(s.Worst, r.Slug)
		}
	}
	s.Mean = mean(sum, len(records))
	for _, name := range [...]string{Completeness, Length, Freshness, Links, Readability} {
		s.Parts = append(s.Parts, PartMean{name, mean(parts[name], judged[name]), judged[name]})
	}
	return s
}

func thousandths(value float64) int { return int(math.Round(value * 1000)) }

// mean of thousandths; 0 of nothing.
func mean(sum, n int) float64 {
	if n == 0 {
		return 0
	}
	return math.Round(float64(sum)/float64(n)) / 1000
}
