package enrich_test

import (
	"context"
	"encoding/json"
	"fmt"

	"careerstream/enrich"
	"careerstream/enrich/catalog"
	"careerstream/enrich/fact"
	"careerstream/enrich/setting"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// records is a normalized stream in memory.
type records map[string]event.Message

func (r records) Last(_ context.Context, on string) (event.Message, bool, error) {
	m, found := r[on]
	return m, found, nil
}

func (r records) add(record career.Record) (event.Message, error) {
	e, err := event.New("/example", event.RecordNormalized, record.Slug, career.Normalized{Record: record})
	m := event.Message{Stream: stream.Normalized, Seq: uint64(len(r) + 1), Subject: subject.Normalized(record.Slug), Event: e}
	r[m.Subject] = m
	return m, err
}

// A psychotherapist's page names psychoanalysts before their page is known. When
// it comes, both records are made, the first one now with its link.
func Example() {
	settings, err := setting.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	facts, err := fact.New(fact.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, index := records{}, catalog.New()
	stage, err := enrich.New(enrich.Deps{Catalog: index, Last: stored, Settings: settings, Facts: facts})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, record := range []career.Record{
		{
			Slug: "psychotherapist", Name: "Psychotherapist",
			Workplace: career.Workplace{Paragraphs: []string{"They see clients in private practices and clinics, rarely in hospitals."}},
			SeeAlso:   []career.Link{{Name: "Psychoanalysts"}},
		},
		{Slug: "psychoanalyst", Name: "Psychoanalyst"},
	} {
		m, err := stored.add(record)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := index.Apply(m); err != nil {
			fmt.Println(err)
			return
		}
		outs, err := stage.Handle(context.Background(), m)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, out := range outs {
			var e career.Enriched
			if err := json.Unmarshal(out.Event.Data, &e); err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(m.Seq, out.Subject, e.Record.SeeAlso, e.Record.Workplace.Settings, e.Record.Quality.Score)
		}
	}
	// Output:
	// 1 record.enriched.psychotherapist [{Psychoanalysts }] [clinic private-practice] 0.147
	// 2 record.enriched.psychoanalyst [] [] 0
	// 2 record.enriched.psychotherapist [{Psychoanalysts psychoanalyst}] [clinic private-practice] 0.28
}
