package conformance

import (
	"maps"
	"slices"
)

// Kinds of Difference.
const (
	// Missing: we have the career, the consumer does not.
	Missing = "missing"
	// Stale: the consumer has an earlier version.
	Stale = "stale"
	// Ahead: the consumer has a later version than there is.
	Ahead = "ahead"
	// Unknown: the consumer has a career that we do not have.
	Unknown = "unknown"
	// Different: the version is the same, its content is not.
	Different = "different"
)

// Difference between our catalog and a consumer's, in one career.
type Difference struct {
	Slug string `json:"slug"`
	// Kind is Missing, Stale, Ahead, Unknown or Different.
	Kind string `json:"kind"`
	// Ours and Theirs are the versions; 0 where there is none.
	Ours   uint64 `json:"ours"`
	Theirs uint64 `json:"theirs"`
	// Lag says that the consumer has what the bucket has, which lags behind the
	// stream: the feed is to blame.
	Lag bool `json:"lag,omitempty"`
}

// Behind is a career of which the bucket has not the last version published.
type Behind struct {
	Slug string `json:"slug"`
	// Published is the last version of the stream, Bucket the bucket's, 0 for none.
	Published uint64 `json:"published"`
	Bucket    uint64 `json:"bucket"`
}

// Report is the outcome of a comparison.
type Report struct {
	// Careers in our catalog, and how many of them the consumer has as we do.
	Careers int `json:"careers"`
	Same    int `json:"same"`
	// Differences by slug; empty when the consumer conforms.
	Differences []Difference `json:"differences"`
	// Lagging are the careers that the feed has yet to bring into the bucket, by
	// slug.
	Lagging []Behind `json:"lagging"`
}

// CompareFeed holds a consumer's state against the last versions published, and
// tells what of them the bucket, from which consumers start, does not have yet.
func CompareFeed(published, bucket, theirs State) Report {
	report := Compare(published, theirs)
	for _, slug := range slices.Sorted(maps.Keys(published)) {
		if has := bucket[slug].Version; has < published[slug].Version {
			report.Lagging = append(report.Lagging, Behind{slug, published[slug].Version, has})
		}
	}
	for i, d := range report.Differences {
		has, there := bucket[d.Slug]
		behind := has.Version < d.Ours
		report.Differences[i].Lag = behind && (d.Kind == Missing && !there || d.Kind == Stale && d.Theirs == has.Version)
	}
	return report
}

// Compare holds a consumer's state against ours.
func Compare(ours, theirs State) Report {
	report := Report{Careers: len(ours), Differences: []Difference{}, Lagging: []Behind{}}
	all := maps.Clone(ours)
	maps.Copy(all, theirs)
	for _, slug := range slices.Sorted(maps.Keys(all)) {
		our, have := ours[slug]
		their, has := theirs[slug]
		kind := ""
		switch {
		case !has:
			kind = Missing
		case !have:
			kind = Unknown
		case their.Version < our.Version:
			kind = Stale
		case their.Version > our.Version:
			kind = Ahead
		case their.ContentSHA256 != "" && their.ContentSHA256 != our.ContentSHA256:
			kind = Different
		default:
			report.Same++
			continue
		}
		report.Differences = append(report.Differences, Difference{Slug: slug, Kind: kind, Ours: our.Version, Theirs: their.Version})
	}
	return report
}
