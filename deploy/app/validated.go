package app

import (
	"crypto/sha256"
	"io"
	"sync"

	"careerstream/schemas/event"
)

// maxValidated bounds the events that validated remembers, 32 bytes each and some.
const maxValidated = 32_768

// validated checks events against their schemas, and remembers by SHA-256 which
// types and data were good: within one process a stage's output is the next one's
// input, and was a tenth of all work to check again. What another process has
// published is checked in full, whoever that was. It is safe for concurrent use.
type validated struct {
	check func(event.Event) error

	mu sync.Mutex
	// young takes what is new; when it is full it becomes old, and old goes.
	young, old map[[sha256.Size]byte]struct{}
}

func newValidated(check func(event.Event) error) *validated {
	return &validated{check: check, young: make(map[[sha256.Size]byte]struct{})}
}

// event returns what check says of it.
func (v *validated) event(e event.Event) error {
	digest := sha256.New()
	_, _ = io.WriteString(digest, e.Type+"\x00") // a hash takes everything
	_, _ = digest.Write(e.Data)
	key := [sha256.Size]byte(digest.Sum(nil))
	if v.knows(key) {
		return nil
	}
	if err := v.check(e); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.young) >= maxValidated/2 {
		v.old, v.young = v.young, make(map[[sha256.Size]byte]struct{})
	}
	v.young[key] = struct{}{}
	return nil
}

func (v *validated) knows(key [sha256.Size]byte) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, young := v.young[key]
	_, old := v.old[key]
	return young || old
}
