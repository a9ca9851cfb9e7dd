package app

import (
	"fmt"
	"log/slog"
	"os"

	"careerstream/enrich/code"
	"careerstream/enrich/fact"
)

// Knowledge is what enrichment knows besides the pages.
type Knowledge struct {
	// ONET and ESCO are folders with the files of these taxonomies; "" does
	// without.
	ONET, ESCO string
	// Facts is a folder with tables that replace those built in by their name; ""
	// takes the built-in ones.
	Facts string
}

// load reads the folders. An error names the file, the line and the reason.
func (k Knowledge) load(log *slog.Logger) (*code.Taxonomies, *fact.Extractor, error) {
	taxonomies, err := code.Load(code.Config{ONETDir: k.ONET, ESCODir: k.ESCO})
	if err != nil {
		return nil, nil, fmt.Errorf("read taxonomies: %w", err)
	}
	for _, loaded := range taxonomies.Loaded() {
		log.Info("taxonomy loaded", "scheme", string(loaded.Scheme), "version", loaded.Version, "occupations", loaded.Occupations, "titles", loaded.Titles)
	}
	config := fact.Config{}
	if k.Facts != "" {
		config.Vocabulary = os.DirFS(k.Facts)
	}
	facts, err := fact.New(config)
	if err != nil {
		return nil, nil, fmt.Errorf("read vocabulary of facts: %w", err)
	}
	return taxonomies, facts, nil
}
