package career

// Basis is the state from which a record was computed. It orders the versions
// of one career whatever the order in which workers finish.
type Basis struct {
	// Snapshot is the sequence, in the pages stream, of the snapshot read.
	Snapshot uint64 `json:"snapshot"`
	// Catalog is the sequence, in the normalized stream, up to which the
	// catalog was known when links were resolved; 0 before enrichment.
	// Two records of one career with the same Catalog are equal.
	Catalog uint64 `json:"catalog"`
	// Replay is the number of the replay that read the snapshot again, 0 for the
	// first reading. Records from normalize are ordered by Snapshot, then Replay.
	Replay uint64 `json:"replay,omitempty"`
	// Taxonomy is a fingerprint of the taxonomies that gave codes, or "".
	Taxonomy string `json:"taxonomy,omitempty"`
}

// Before reports whether a record from normalize gives way to one with the basis
// other: that was read from a later snapshot, or by a later replay from the same.
func (b Basis) Before(other Basis) bool {
	if b.Snapshot != other.Snapshot {
		return b.Snapshot < other.Snapshot
	}
	return b.Replay < other.Replay
}

// Normalized is the data of a record.normalized event.
type Normalized struct {
	Record Record `json:"record"`
	Basis  Basis  `json:"basis"`
}

// Enriched is the data of a record.enriched event.
type Enriched struct {
	Record Record `json:"record"`
	Basis  Basis  `json:"basis"`
}

// Published is the data of a record.published event: a version of a career
// that the world may read, and what changed since the version before.
type Published struct {
	// Record has Version and ValidFrom set.
	Record Record `json:"record"`
	Basis  Basis  `json:"basis"`
	// ContentSHA256 is Record.ContentSHA256, 64 hex digits.
	ContentSHA256 string `json:"content_sha256"`
	// Changes since the version before; a first version has the single change
	// {added, "record"}.
	Changes []Change `json:"changes"`
	// Causes say why there is a new version: SourceChanged and so on.
	Causes []string `json:"causes,omitempty"`
}

// Kinds of Change.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
	Moved   = "moved"
)

// Change is one difference between two versions of a record.
type Change struct {
	// Kind is Added, Removed, Changed or Moved.
	Kind string `json:"kind"`
	// Field is the path of what changed; an item of a list is named by its
	// identity, not by its index: `duties[crisis-intervention].text`.
	Field string `json:"field"`
	// Before and After are the values as text; "" where there is none. For
	// Moved they are the positions, counted from 1.
	Before string `json:"before"`
	After  string `json:"after"`
	// Sentences say what a Changed passage of prose changes, where at least one
	// sentence does.
	Sentences []SentenceChange `json:"sentences,omitempty"`
}
