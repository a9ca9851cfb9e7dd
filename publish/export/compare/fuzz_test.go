package compare

import (
	"testing"

	"careerstream/schemas/career"
)

// FuzzLines: whatever a line is, it is refused or equals itself.
func FuzzLines(f *testing.F) {
	f.Add([]byte(`{"slug":"a","name":"A","duties":[{"id":"x"},{"id":"x"}]}`), []byte(`{"slug":"a"}`))
	f.Add([]byte(`{"@graph":[{"@id":"urn:x:a","name":"A"},1,null]}`), []byte(`{"@graph":{}}`))
	f.Add([]byte(`{"@graph":[]}`), []byte(`[`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		for _, decode := range []func([]byte) (entry, error){record, document} {
			a, err := decode(one)
			if err != nil {
				continue
			}
			if changes := differences(a.value, a.value); len(changes) > 0 {
				t.Errorf("a line differs from itself: %+v", changes)
			}
			if b, err := decode(two); err == nil {
				for _, change := range differences(a.value, b.value) {
					if change.Kind != career.Moved && change.Before == change.After && change.Before != "" {
						t.Errorf("%+v is no change", change)
					}
				}
			}
		}
	})
}
