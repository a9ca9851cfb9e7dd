package sink

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// manifest is what a sink keeps in its mark.
type manifest struct {
	// Incarnation of the stream that Done and Pending count in.
	Incarnation string `json:"incarnation"`
	// Done: every message up to it is stored or dead-lettered.
	Done uint64 `json:"done"`
	// Pending is the batch whose insert may have begun.
	Pending *pending `json:"pending,omitempty"`
	// Owner is the process that writes; without an ID there is none.
	Owner owner `json:"owner"`
	// Beat is when the owner last wrote, for people: nothing compares clocks.
	Beat time.Time `json:"beat"`
}

// pending is a batch under way. It is replaced, never changed in place.
type pending struct {
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
	// Splits lists, by table, the parts that were rejected and then split. It
	// is written before a child is inserted: a part that was split once is never
	// inserted whole again, so that its children cannot be stored twice should
	// the server change its mind.
	Splits map[string][]string `json:"splits,omitempty"`
	// Rejected are the messages that were set aside. It is written before
	// their dead letters are, so that they are not tried again.
	Rejected []rejection `json:"rejected,omitempty"`
}

// rejection is a set of messages that one table's server side rejected alike.
type rejection struct {
	Table  string   `json:"table"`
	Reason string   `json:"reason"`
	Seqs   []uint64 `json:"seqs"`
}

// withSplits returns a copy with more splits of a table.
func (p pending) withSplits(table string, paths []string) *pending {
	splits := make(map[string][]string, len(p.Splits)+1)
	for name, list := range p.Splits {
		splits[name] = list
	}
	splits[table] = slices.Concat(splits[table], paths)
	p.Splits = splits
	return &p
}

// withRejected returns a copy with a table's rejections.
func (p pending) withRejected(rejected []rejection) *pending {
	p.Rejected = slices.Concat(p.Rejected, rejected)
	return &p
}

func (m manifest) encode() ([]byte, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	return data, nil
}

func decodeManifest(data []byte) (manifest, error) {
	var m manifest
	if len(data) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("read manifest: %w", err)
	}
	return m, nil
}
