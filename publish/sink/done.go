package sink

import (
	"encoding/json"
	"fmt"
)

// Done reads from a sink's mark up to which sequence of the stream's
// incarnation everything is stored or dead-lettered. An empty mark, and one of
// another incarnation, is 0.
func Done(mark []byte, incarnation string) (uint64, error) {
	if len(mark) == 0 {
		return 0, nil
	}
	var m manifest
	if err := json.Unmarshal(mark, &m); err != nil {
		return 0, fmt.Errorf("read mark: %w", err)
	}
	if m.Incarnation != incarnation {
		return 0, nil
	}
	return m.Done, nil
}

// Settled is like Done, and 0 while a batch is under way, whose insert may
// still come.
func Settled(mark []byte, incarnation string) (uint64, error) {
	m, err := decodeManifest(mark)
	if err != nil || m.Incarnation != incarnation || m.Pending != nil {
		return 0, err
	}
	return m.Done, nil
}
