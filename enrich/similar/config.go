package similar

import (
	"cmp"
	_ "embed" // the stop words
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
)

// Bounds of one document; what is beyond them is left out.
const (
	// MaxTerms is the number of different terms: first of the duties, then of
	// types, name and definition.
	MaxTerms = 400
	// MaxItems is the number of duties and types kept for explanations.
	MaxItems = 32
	// MaxText is the size of the duties and types kept for explanations, in
	// bytes, and of any single text read.
	MaxText = 8 << 10
)

// Defaults of Config, and the largest K.
const (
	DefaultK        = 10
	LargestK        = 50
	DefaultMinScore = 0.05
)

//go:embed stopwords.txt
var stopWords string

// Config is how an Index works; the zero value is usable.
type Config struct {
	// K is the length of the lists kept, 1 to LargestK; DefaultK if 0.
	K int
	// MinScore is the score under which careers are not similar, over 0 and under
	// 1; DefaultMinScore if 0.
	MinScore float64
	// StopWords replaces the built-in list if not nil: words in lower case,
	// without apostrophes.
	StopWords []string
}

// Index holds the documents. It is safe for concurrent use.
type Index struct {
	k        int
	minScore uint32 // in 1/scale
	lexicon  lexicon

	mu    sync.Mutex
	terms dictionary
	docs  []document
	// bySlug are positions in docs; free are positions that hold none.
	bySlug map[string]uint32
	free   []uint32
	// sums is scratch of share: a sum a document, zero between calls.
	sums []uint32
}

// New returns an empty index, or an error that names every bad setting.
func New(cfg Config) (*Index, error) {
	var errs []error
	k := cmp.Or(cfg.K, DefaultK)
	if k < 1 || k > LargestK {
		errs = append(errs, fmt.Errorf("setting K is %d, must be 1 to %d", cfg.K, LargestK))
	}
	score := cmp.Or(cfg.MinScore, DefaultMinScore)
	if !(score > 0 && score < 1) {
		errs = append(errs, fmt.Errorf("setting MinScore is %v, must be over 0 and under 1", cfg.MinScore))
	}
	words := cfg.StopWords
	if words == nil {
		words = strings.Fields(stopWords)
	}
	stop := make(map[string]bool, len(words))
	for _, word := range words {
		if word != strings.ToLower(word) || strings.ContainsAny(word, " '’") || word == "" {
			errs = append(errs, fmt.Errorf("stop word %q is not one word in lower case without apostrophe", word))
		}
		stop[word] = true
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("configure similar careers: %w", err)
	}
	return &Index{
		k: k, minScore: max(1, uint32(math.Round(score*scale))), lexicon: lexicon{stop},
		terms: newDictionary(), bySlug: make(map[string]uint32),
	}, nil
}

// Len is the number of documents.
func (x *Index) Len() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return len(x.bySlug)
}
