package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Config of a simulation.
type Config struct {
	// Outcomes that are different from each other. About a tenth is sent twice
	// besides.
	Outcomes int
	// Days that they spread over, the last one ending at Until.
	Days int
	// Until is the end of the last day, a midnight in UTC.
	Until time.Time
	Seed  uint64
	// Careers that can be matched, as slugs; their order does not matter.
	Careers []string
}

// Shares of what goes wrong on the way.
const (
	// repeatShare is sent a second time.
	repeatShare = 0.10
	// lateShare arrives up to maxLate after the test was taken.
	lateShare = 0.05
	maxLate   = 3 * 24 * time.Hour
)

// traits are those of Holland's occupational themes.
func traits() [6]string {
	return [6]string{"artistic", "conventional", "enterprising", "investigative", "realistic", "social"}
}

// Simulation makes outcomes.
type Simulation struct {
	cfg     Config
	careers []career
	// days is the cumulated share of each day, by the rhythm of the week.
	days []float64
	// popular is the cumulated share of each career's page as an entry.
	popular []float64
}

// career is what makes a career match.
type career struct {
	slug    string
	profile [6]float64
	// appeal is added to the likeness, drift comes on top over all days.
	appeal, drift float64
}

// New checks the configuration and prepares.
func New(cfg Config) (*Simulation, error) {
	var problems []error
	if cfg.Outcomes < 1 || cfg.Outcomes > 100_000_000 {
		problems = append(problems, fmt.Errorf("%d outcomes: want 1 to 100,000,000", cfg.Outcomes))
	}
	if cfg.Days < 1 || cfg.Days > 3650 {
		problems = append(problems, fmt.Errorf("%d days: want 1 to 3650", cfg.Days))
	}
	if len(cfg.Careers) < 3 {
		problems = append(problems, fmt.Errorf("%d careers: want 3 or more", len(cfg.Careers)))
	}
	if cfg.Until.IsZero() {
		problems = append(problems, errors.New("no end of the last day"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	s := &Simulation{cfg: cfg}
	s.careers = makeCareers(cfg)
	s.days = makeDays(cfg)
	share := 0.0
	for i := range s.careers {
		share += 1 / float64(i+2)
		s.popular = append(s.popular, share)
	}
	return s, nil
}

// makeCareers orders the careers by popularity, which the seed decides. One
// that few know rises to a few times its share of matches, the second falls to
// half of its.
func makeCareers(cfg Config) []career {
	slugs := slices.Clone(cfg.Careers)
	slices.Sort(slugs)
	slugs = slices.Compact(slugs)
	rnd := rand.New(rand.NewPCG(cfg.Seed, 1))
	rnd.Shuffle(len(slugs), func(i, j int) { slugs[i], slugs[j] = slugs[j], slugs[i] })
	careers := make([]career, len(slugs))
	for i, slug := range slugs {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(slug)) // cannot fail
		own := rand.New(rand.NewPCG(cfg.Seed, hash.Sum64()))
		c := career{slug: slug, appeal: 0.16 / math.Sqrt(float64(i+1))}
		for k := range c.profile {
			c.profile[k] = own.Float64()
		}
		careers[i] = c
	}
	const drift = 0.08
	careers[min(max(len(careers)/4, 2), 25)].drift = drift
	careers[1].drift = -drift
	return careers
}

// makeDays gives each day its weight: people have time at weekends.
func makeDays(cfg Config) []float64 {
	weights := [7]float64{time.Sunday: 1.5, time.Monday: 1.1, time.Tuesday: 1, time.Wednesday: 0.95, time.Thursday: 0.9, time.Friday: 0.8, time.Saturday: 1.25}
	days, sum := make([]float64, cfg.Days), 0.0
	for i := range days {
		sum += weights[cfg.Until.AddDate(0, 0, i-cfg.Days).Weekday()]
		days[i] = sum
	}
	return days
}

// arrival is one message: which outcome, and when it comes.
type arrival struct {
	at     int64 // milliseconds of the Unix epoch
	number uint32
}

// Each calls f with every message in the order of arrival, one JSON text each;
// f may not keep it. It stops at the first error and when ctx ends.
func (s *Simulation) Each(ctx context.Context, f func(id, body []byte) error) error {
	arrivals := make([]arrival, 0, s.cfg.Outcomes+s.cfg.Outcomes/8)
	for number := range s.cfg.Outcomes {
		_, when := s.begin(number)
		at := when.at.UnixMilli() + when.delay.Milliseconds()
		arrivals = append(arrivals, arrival{at, uint32(number)})
		if when.again > 0 {
			arrivals = append(arrivals, arrival{at + when.again.Milliseconds(), uint32(number)})
		}
	}
	slices.SortFunc(arrivals, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.number, b.number))
	})
	w := writer{scores: make([]scored, len(s.careers))}
	for _, a := range arrivals {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.write(&w, int(a.number))
		if err := f(w.id, w.body); err != nil {
			return err
		}
	}
	return nil
}

// moment is when an outcome is taken, and how long it and its repeat need.
type moment struct {
	day          int
	at           time.Time
	delay, again time.Duration
}

// begin starts an outcome's own random numbers, and draws its time first.
func (s *Simulation) begin(number int) (*rand.Rand, moment) {
	rnd := rand.New(rand.NewPCG(s.cfg.Seed^0x9e3779b97f4a7c15, uint64(number)+2))
	m := moment{day: pick(rnd, s.days)}
	// Few at night, most in the evening.
	hour := rnd.Float64()
	if rnd.Float64() < 0.7 {
		hour = (8 + 14*math.Sqrt(rnd.Float64())) / 24
	}
	m.at = s.cfg.Until.AddDate(0, 0, m.day-s.cfg.Days).Add(time.Duration(hour * float64(24*time.Hour))).Truncate(time.Millisecond)
	m.delay = time.Duration(rnd.Float64() * float64(5*time.Second))
	if rnd.Float64() < lateShare {
		m.delay = time.Duration(rnd.Float64() * float64(maxLate))
	}
	if rnd.Float64() < repeatShare {
		m.again = time.Second + time.Duration(rnd.Float64()*rnd.Float64()*float64(24*time.Hour))
	}
	return rnd, m
}

// pick draws an index by cumulated weights.
func pick(rnd *rand.Rand, cumulated []float64) int {
	x := rnd.Float64() * cumulated[len(cumulated)-1]
	i, _ := slices.BinarySearch(cumulated, x)
	return min(i, len(cumulated)-1)
}
