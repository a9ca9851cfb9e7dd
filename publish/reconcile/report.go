package reconcile

import (
	"time"
)

// maxNamed is how many sequences or slugs a report names.
const maxNamed = 20

// Report is the outcome.
type Report struct {
	// OK is set when nothing is missing, double or stale.
	OK      bool      `json:"ok"`
	Started time.Time `json:"started"`
	// Took is in seconds.
	Took    float64        `json:"took"`
	Streams []StreamReport `json:"streams"`
	// Careers compares the table careers, and Bucket the key-value bucket, with
	// the last version published of each career. They are left out when only a
	// range was asked for, Bucket also where none was given.
	Careers *LatestReport `json:"careers,omitempty"`
	Bucket  *LatestReport `json:"bucket,omitempty"`
}

// StreamReport is about one sink. What was published after the start of the
// run does not count.
type StreamReport struct {
	Sink        string `json:"sink"`
	Stream      string `json:"stream"`
	Table       string `json:"table"`
	Incarnation string `json:"incarnation"`
	// From and To bound the sequences looked at.
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
	// Published = Stored + Repeated + DeadLettered + Missing. Sequences whose message was
	// deleted from the stream without being stored count nowhere.
	Published uint64 `json:"published"`
	Stored    uint64 `json:"stored"`
	// Repeated are messages whose row is, or was merged into, that of an earlier
	// message of the same identity.
	Repeated     uint64 `json:"repeated"`
	DeadLettered uint64 `json:"dead_lettered"`
	// Missing are neither stored nor dead-lettered.
	Missing Named `json:"missing"`
	// Double are stored more than once, counted in rows that exist now.
	Double Named `json:"double"`
	// Both are stored although their dead letter is still open: a redrive died
	// between the two. It does no harm; redrive them again.
	Both Named `json:"both"`
}

// Named counts sequences and names the first of them.
type Named struct {
	Count     uint64   `json:"count"`
	Sequences []uint64 `json:"sequences"`
}

func (n *Named) add(seq uint64) {
	n.Count++
	if len(n.Sequences) < maxNamed {
		n.Sequences = append(n.Sequences, seq)
	}
}

// LatestReport compares latest versions.
type LatestReport struct {
	// Checked counts careers.
	Checked uint64 `json:"checked"`
	// Stale are behind the last version published.
	Stale uint64 `json:"stale"`
	// Slugs names the first stale ones.
	Slugs []string `json:"slugs"`
}

func (l *LatestReport) add(slug string) {
	l.Stale++
	if len(l.Slugs) < maxNamed {
		l.Slugs = append(l.Slugs, slug)
	}
}

// ok also fills the lists, so that the JSON has no null.
func (r *Report) ok() bool {
	ok := true
	for i := range r.Streams {
		s := &r.Streams[i]
		for _, n := range []*Named{&s.Missing, &s.Double, &s.Both} {
			if n.Sequences == nil {
				n.Sequences = []uint64{}
			}
		}
		ok = ok && s.Missing.Count == 0 && s.Double.Count == 0
	}
	for _, l := range []*LatestReport{r.Careers, r.Bucket} {
		if l == nil {
			continue
		}
		if l.Slugs == nil {
			l.Slugs = []string{}
		}
		ok = ok && l.Stale == 0
	}
	return ok
}
