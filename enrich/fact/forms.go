package fact

import (
	"strings"
	"sync"

	"github.com/gertd/go-pluralize"
)

// maxForms bounds how many words forms remembers, about 100 bytes each.
const maxForms = 10_000

// forms makes the singular and plural of words. The library tries a hundred
// patterns on a word, which took two thirds of the time of a record; the names of
// careers have few different last words. It is safe for concurrent use.
type forms struct {
	client *pluralize.Client

	mu    sync.Mutex
	known map[string][2]string
}

func newForms() *forms {
	return &forms{client: pluralize.NewClient(), known: make(map[string][2]string)}
}

// of returns the singular and the plural of a word in lower case.
func (f *forms) of(word string) [2]string {
	f.mu.Lock()
	both, found := f.known[word]
	f.mu.Unlock()
	if found {
		return both
	}
	both = [2]string{f.client.Singular(word), f.client.Plural(word)}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.known) >= maxForms {
		clear(f.known)
	}
	f.known[strings.Clone(word)] = both // not the text that it is a part of
	return both
}
