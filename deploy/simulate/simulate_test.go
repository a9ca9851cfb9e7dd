package simulate_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"careerstream/deploy/simulate"
	"careerstream/schemas/outcome"
)

func config() simulate.Config {
	careers := make([]string, 40)
	for i := range careers {
		careers[i] = fmt.Sprintf("career-%02d", i)
	}
	return simulate.Config{Outcomes: 5000, Days: 28, Seed: 7, Until: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), Careers: careers}
}

func digest(t *testing.T, cfg simulate.Config) string {
	t.Helper()
	s, err := simulate.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	if err := s.Each(t.Context(), func(id, body []byte) error { h.Write(id); h.Write(body); return nil }); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestSameSeedSameOutcomes(t *testing.T) {
	t.Parallel()
	cfg := config()
	first := digest(t, cfg)
	slices.Reverse(cfg.Careers)
	if again := digest(t, cfg); again != first {
		t.Error("the order of the careers changes the outcomes")
	}
	cfg.Seed++
	if other := digest(t, cfg); other == first {
		t.Error("another seed gives the same outcomes")
	}
}

// TestPlausible holds the simulation against what it promises.
func TestPlausible(t *testing.T) {
	t.Parallel()
	cfg := config()
	s, err := simulate.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var reader outcome.Reader
	seen := map[[16]byte]bool{}
	messages, late := 0, 0
	var newest time.Time
	early, latest := map[string]int{}, map[string]int{}
	weekend := 0
	err = s.Each(t.Context(), func(_, body []byte) error {
		messages++
		row, err := reader.Read(nil, slices.Clone(body), cfg.Until.Add(4*24*time.Hour))
		if err != nil {
			return fmt.Errorf("%w: %s", err, body)
		}
		if seen[row.ID] {
			return nil
		}
		seen[row.ID] = true
		if row.TakenAt.Before(newest.Add(-time.Hour)) {
			late++
		} else if row.TakenAt.After(newest) {
			newest = row.TakenAt
		}
		if day := row.TakenAt.Weekday(); day == time.Saturday || day == time.Sunday {
			weekend++
		}
		for _, career := range row.Careers {
			if age := cfg.Until.Sub(row.TakenAt); age > 21*24*time.Hour {
				early[career]++
			} else if age < 7*24*time.Hour {
				latest[career]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != cfg.Outcomes {
		t.Errorf("%d different outcomes, want %d", len(seen), cfg.Outcomes)
	}
	within := func(what string, share, low, high float64) {
		t.Helper()
		if share < low || share > high {
			t.Errorf("%s: %.3f, want %.2f to %.2f", what, share, low, high)
		}
	}
	n := float64(cfg.Outcomes)
	within("repeats", float64(messages)/n-1, 0.08, 0.12)
	within("late", float64(late)/n, 0.03, 0.07)
	within("weekend", float64(weekend)/n, 0.33, 0.42)
	// How much oftener a career is matched in the last week than in the first.
	rise, fall, most := 1.0, 1.0, 0
	for _, career := range cfg.Careers {
		most = max(most, latest[career])
		if early[career] > 100 {
			change := float64(latest[career]) / float64(early[career])
			rise, fall = max(rise, change), min(fall, change)
		}
	}
	within("strongest rise", rise, 1.3, 4)
	within("strongest fall", fall, 0.3, 0.7)
	within("most matched", float64(most)/(n/4), 0.3, 0.97)
}
