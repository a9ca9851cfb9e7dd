package app

// Blast is what a replay changes: its blast radius.
type Blast struct {
	DryRun bool `json:"dry_run"`
	// Replay is the number in the basis of the records published; 0 for a dry run.
	Replay uint64 `json:"replay"`
	// Pages were read again: each is counted in exactly one of Changed, Arrived,
	// Unchanged, Superseded, Silent and Unreadable.
	Pages int `json:"pages"`
	// Changed careers have another record, Arrived ones had none before. These are
	// the records that are published, or would be.
	Changed int `json:"changed"`
	Arrived int `json:"arrived"`
	// Unchanged pages say the same as before.
	Unchanged int `json:"unchanged"`
	// Superseded pages are of careers that a newer page describes.
	Superseded int `json:"superseded"`
	// Silent pages make no record of their own: articles, and pages that are gone
	// and retire nothing.
	Silent int `json:"silent"`
	// Unreadable pages make no record; Stopped among them made one before, which
	// stays.
	Unreadable int `json:"unreadable"`
	Stopped    int `json:"stopped"`
	// Started pages made no record before; Renamed ones made that of another
	// career, which stays. Both are among Changed and Arrived.
	Started int `json:"started"`
	Renamed int `json:"renamed"`
	// Linking careers, among Changed and Arrived, have other names or types, so
	// that links of other careers may follow.
	Linking int `json:"linking"`
	// Fields of the careers that changed, in the order of their names.
	Fields []FieldBlast `json:"fields"`
	// StoppedPages, StartedPages and RenamedPages are examples.
	StoppedPages []PageBlast `json:"stopped_pages"`
	StartedPages []PageBlast `json:"started_pages"`
	RenamedPages []PageBlast `json:"renamed_pages"`
}

// Careers is the number of careers whose records are published, or would be.
func (b Blast) Careers() int { return b.Changed + b.Arrived }

// FieldBlast counts the careers, among those that changed, in which a field does.
type FieldBlast struct {
	// Field of the record by its JSON name, such as "duties".
	Field string `json:"field"`
	// Gained: it was empty and is not any more. Lost: the reverse. Changed: it has
	// something before and after, and not the same.
	Gained  int `json:"gained"`
	Lost    int `json:"lost"`
	Changed int `json:"changed"`
	// Examples of each of the three.
	Examples []FieldExample `json:"examples"`
}

// FieldExample is what a field says of one career before and after, clipped.
type FieldExample struct {
	// How is "gained", "lost" or "changed".
	How  string `json:"how"`
	Slug string `json:"slug"`
	// Path of the first difference, as in career.Change.
	Path   string `json:"path"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// PageBlast is a page that is read differently as a whole.
type PageBlast struct {
	URL string `json:"url"`
	// Was is the career that the page was read as, Slug the one now; "" for none.
	Was  string `json:"was"`
	Slug string `json:"slug"`
	// Why it cannot be read, or "".
	Why string `json:"why,omitempty"`
}
