package quality

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"careerstream/schemas/career"
)

// parts of a record that a drawn one has or lacks.
var adders = map[string]func(r *career.Record, texts []string){
	"definition": func(r *career.Record, texts []string) { r.Definition.Paragraphs = texts },
	"duties": func(r *career.Record, texts []string) {
		for _, text := range texts {
			r.Duties = append(r.Duties, career.Duty{Text: text})
		}
	},
	"types": func(r *career.Record, texts []string) {
		for _, text := range texts {
			r.Types = append(r.Types, career.Type{Name: text})
		}
	},
	"workplace": func(r *career.Record, texts []string) { r.Workplace.Paragraphs = texts },
	"faqs": func(r *career.Record, texts []string) {
		r.FAQs = append(r.FAQs, career.FAQ{Kind: career.QA, Answer: texts})
	},
	"see_also": func(r *career.Record, texts []string) { r.SeeAlso = make([]career.Link, len(texts)) },
}

var names = []string{"definition", "duties", "types", "workplace", "faqs", "see_also"}

func drawTexts(t *rapid.T) []string {
	word := rapid.SampledFrom([]string{"care", "nobody.", "responsibility", "U.S.", "12%", "über", "\xff", "-", "the end!"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		text := word.Draw(t, "word")
		for range rapid.IntRange(0, 200).Draw(t, "words") {
			text += " " + text[:min(len(text), 9)]
		}
		return text
	}), 1, 8).Draw(t, "texts")
}

func drawInput(t *rapid.T) Input {
	r := &career.Record{}
	for _, name := range names {
		if rapid.Bool().Draw(t, name) {
			adders[name](r, drawTexts(t))
		}
	}
	hours := rapid.IntRange(-100, 40_000)
	if rapid.Bool().Draw(t, "fetched") {
		r.Source.FetchedAt = clock.Add(-time.Duration(hours.Draw(t, "age")) * time.Hour)
	}
	in := Input{Record: r, Relations: drawShare(t), Articles: drawShare(t)}
	if rapid.Bool().Draw(t, "has clock") {
		in.Now = clock
	}
	if rapid.Bool().Draw(t, "verified") {
		in.VerifiedAt = clock.Add(-time.Duration(hours.Draw(t, "since")) * time.Hour)
	}
	return in
}

func drawShare(t *rapid.T) Share {
	n := rapid.IntRange(-1, 10)
	return Share{n.Draw(t, "good"), n.Draw(t, "total")}
}

func value(q Quality, name string) float64 {
	part, _ := q.Part(name)
	return part.Value
}

func TestScoreIsBoundedAndTheMeanOfItsParts(t *testing.T) {
	t.Parallel()
	s := newScorer(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := drawInput(rt)
		q := s.Score(in)
		if diff := cmp.Diff(q, s.Score(in)); diff != "" {
			rt.Fatalf("twice the same differs:\n%s", diff)
		}
		weights, sum := 0.0, 0.0
		for _, part := range q.Parts {
			if !(part.Value >= 0 && part.Value <= 1) || part.Why == "" {
				rt.Fatalf("part %+v", part)
			}
			weights += part.Weight
			sum += part.Weight * part.Value
		}
		if math.Abs(weights-1) > 1e-9 || math.Abs(sum-q.Score) > 0.00051 || !(q.Score >= 0 && q.Score <= 1) || len(q.Parts) != 5 {
			rt.Fatalf("score %v is not the mean %v of %+v", q.Score, sum, q.Parts)
		}
	})
}

func TestAddingASectionLowersNeitherCompletenessNorLength(t *testing.T) {
	t.Parallel()
	s := newScorer(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := drawInput(rt)
		before := s.Score(in)
		if len(before.Missing) == 0 {
			return
		}
		name := rapid.SampledFrom(before.Missing).Draw(rt, "added")
		adders[name](in.Record, drawTexts(rt))
		after := s.Score(in)
		if value(after, Completeness) <= value(before, Completeness) {
			rt.Fatalf("with %s completeness is %v, was %v", name, value(after, Completeness), value(before, Completeness))
		}
		if value(after, Length) < value(before, Length) {
			rt.Fatalf("with %s length is %v, was %v", name, value(after, Length), value(before, Length))
		}
	})
}

func TestAgeAndBrokenLinksNeverRaiseAScore(t *testing.T) {
	t.Parallel()
	s := newScorer(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := drawInput(rt)
		in.Now = clock
		before := s.Score(in)
		later := in
		later.Now = clock.Add(time.Duration(rapid.IntRange(0, 10_000).Draw(rt, "hours")) * time.Hour)
		if got := s.Score(later); got.Score > before.Score || value(got, Freshness) > value(before, Freshness) {
			rt.Fatalf("later the score is %v, was %v", got.Score, before.Score)
		}
		broken := in
		broken.Relations.Good--
		if got := s.Score(broken); got.Score > before.Score {
			rt.Fatalf("with a relation less the score is %v, was %v", got.Score, before.Score)
		}
	})
}

func TestAggregateDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	s := newScorer(t)
	rapid.Check(t, func(rt *rapid.T) {
		var records []Scored
		for i := range rapid.IntRange(0, 8).Draw(rt, "records") {
			site := rapid.SampledFrom([]string{"a.example", "b.example"}).Draw(rt, "site")
			records = append(records, Scored{site, string(rune('a' + i)), s.Score(drawInput(rt))})
		}
		want := Aggregate(records)
		if diff := cmp.Diff(want, Aggregate(rapid.Permutation(records).Draw(rt, "order"))); diff != "" {
			rt.Fatalf("in another order (-want +got):\n%s", diff)
		}
		total := 0
		for _, summary := range want {
			total += summary.Records
			if summary.Lowest > summary.Median || summary.Median > summary.Highest || summary.Mean < summary.Lowest || summary.Mean > summary.Highest {
				rt.Fatalf("%+v", summary)
			}
		}
		if total != len(records) {
			rt.Fatalf("%d records summarised, want %d", total, len(records))
		}
	})
}
