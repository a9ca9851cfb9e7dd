package e2e

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// taken is one outcome as a test makes it up.
type taken struct {
	id            string
	at            time.Time
	entry, chosen string
	traits        map[string]float64
	matches       []match
	stream        string
	seq           uint64
}

type match struct {
	career string
	score  float64
}

func (o taken) day() time.Time { return o.at.Truncate(24 * time.Hour) }

// rank of a career from 1, or 0 where it is not matched.
func (o taken) rank(career string) int {
	return 1 + slices.IndexFunc(o.matches, func(m match) bool { return m.career == career })
}

// makeOutcomes makes up outcomes over some weeks with days without any, careers
// of very different popularity, one that rises, traits that some lack, and
// choices that were not among the matches.
func makeOutcomes(seed uint64, n int) []taken {
	rng := rand.New(rand.NewPCG(seed, 1))
	first := time.Date(2026, 9, 20, 0, 0, 0, 0, time.UTC)
	outcomes := make([]taken, n)
	for i := range outcomes {
		day := rng.IntN(40)
		for day == 11 || day == 12 || day == 30 {
			day = rng.IntN(40)
		}
		o := taken{
			id: fmt.Sprintf("%08x-0000-4000-8000-%012x", rng.Uint32(), i), stream: "QUIZ", seq: uint64(i + 1),
			at:     first.AddDate(0, 0, day).Add(time.Duration(rng.IntN(24*3600*1000)) * time.Millisecond),
			traits: map[string]float64{},
		}
		for _, trait := range []string{"artistic", "realistic", "social"} {
			if rng.IntN(20) > 0 {
				o.traits[trait] = rng.Float64()
			}
		}
		if rng.IntN(100) == 0 {
			o.traits["rare"] = 0
		}
		score := 1.0
		for range rng.IntN(13) {
			career := fmt.Sprintf("career-%d", int(rng.ExpFloat64()*6)%30)
			if day > 25 && rng.IntN(6) == 0 {
				career = "rising"
			}
			if score *= 0.8 + 0.2*rng.Float64(); o.rank(career) == 0 {
				o.matches = append(o.matches, match{career, score})
			}
		}
		switch rng.IntN(4) {
		case 0:
			o.entry = "elsewhere"
		case 1, 2:
			o.entry = fmt.Sprintf("career-%d", rng.IntN(12))
		}
		switch {
		case rng.IntN(3) == 0 && len(o.matches) > 0:
			o.chosen = o.matches[rng.IntN(len(o.matches))].career
		case rng.IntN(10) == 0:
			o.chosen = cmp.Or(o.entry, "off-list")
		}
		outcomes[i] = o
	}
	return outcomes
}

// once keeps the first of each outcome by its sequence.
func once(outcomes []taken) []taken {
	sorted := slices.SortedFunc(slices.Values(outcomes), func(a, b taken) int { return cmp.Compare(a.seq, b.seq) })
	seen := make(map[string]bool)
	return slices.DeleteFunc(sorted, func(o taken) bool {
		again := seen[o.id]
		seen[o.id] = true
		return again
	})
}

// number is a value of a report; null is NaN.
type number = float64

func null() number { return math.NaN() }

func quotient(a, b number) number {
	if b == 0 {
		return null()
	}
	return a / b
}

// millionths are what the reports add up.
func millionths(v float64) number { return math.RoundToEven(v * 1e6) }

func between(outcomes []taken, since, until time.Time) []taken {
	return slices.DeleteFunc(slices.Clone(outcomes), func(o taken) bool { return o.day().Before(since) || o.day().After(until) })
}

func count(outcomes []taken, is func(taken) bool) number {
	n := 0.0
	for _, o := range outcomes {
		if is(o) {
			n++
		}
	}
	return n
}

func matched(career string, upTo int) func(taken) bool {
	return func(o taken) bool { return o.rank(career) > 0 && o.rank(career) <= upTo }
}

const anyRank = math.MaxInt

func meanScore(outcomes []taken, career string) number {
	sum, n := 0.0, 0.0
	for _, o := range outcomes {
		if rank := o.rank(career); rank > 0 {
			sum, n = sum+millionths(o.matches[rank-1].score), n+1
		}
	}
	return quotient(sum/1e6, n)
}

// careersOf are all careers that the outcomes name.
func careersOf(outcomes []taken) []string {
	set := make(map[string]bool)
	for _, o := range outcomes {
		for _, m := range o.matches {
			set[m.career] = true
		}
		set[o.entry], set[o.chosen] = true, true
	}
	delete(set, "")
	var list []string
	for career := range set {
		list = append(list, career)
	}
	slices.Sort(list)
	return list
}

// expectTrends computes match_trends_daily: key day and career.
func expectTrends(outcomes []taken) map[string][]number {
	want := make(map[string][]number)
	if len(outcomes) == 0 {
		return want
	}
	first := slices.MinFunc(outcomes, func(a, b taken) int { return a.at.Compare(b.at) }).day()
	last := slices.MaxFunc(outcomes, func(a, b taken) int { return a.at.Compare(b.at) }).day()
	careers := careersOf(outcomes)
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		today := between(outcomes, day, day)
		back := day.AddDate(0, 0, -7)
		if back.Before(first) {
			back = first
		}
		week := between(outcomes, back, day.AddDate(0, 0, -1))
		for _, career := range careers {
			days := number(day.Sub(back) / (24 * time.Hour))
			n, all := count(today, matched(career, anyRank)), number(len(today))
			before := count(week, matched(career, anyRank))
			previous, previousShare := quotient(before, days), quotient(before, number(len(week)))
			change := null()
			if previous > 0 {
				change = n/previous - 1
			}
			want[day.Format(time.DateOnly)+" "+career] = []number{
				n, count(today, matched(career, 1)), count(today, matched(career, 3)), count(today, matched(career, 10)), meanScore(today, career),
				all, quotient(n, all), previous, previousShare, change, quotient(n, all) - previousShare,
			}
		}
	}
	return want
}

// wilson is the 95% score interval of k in n.
func wilson(k, n number) (low, high number) {
	const z = 1.959963984540054
	p := quotient(k, n)
	middle := p + z*z/2/n
	half := z * math.Sqrt((p*(1-p)+z*z/4/n)/n)
	return (middle - half) / (1 + z*z/n), (middle + half) / (1 + z*z/n)
}

// expectLeaderboard computes match_leaderboard: key career and verdict.
func expectLeaderboard(outcomes []taken, since, until time.Time) map[string][]number {
	days := int(until.Sub(since)/(24*time.Hour)) + 1
	now, before := between(outcomes, since, until), between(outcomes, since.AddDate(0, 0, -days), since.AddDate(0, 0, -1))
	type place struct {
		career   string
		n, m     number
		testable bool
		z, p, q  number
	}
	n0, n1 := number(len(before)), number(len(now))
	var list []*place
	for _, career := range careersOf(outcomes) {
		p := &place{career: career, n: count(now, matched(career, anyRank)), m: count(before, matched(career, anyRank)), z: null(), p: null(), q: null()}
		if p.n+p.m == 0 {
			continue
		}
		pooled := (p.n + p.m) / (n0 + n1)
		if p.testable = n0 > 0 && n1 > 0 && math.Min(n0, n1)*math.Min(pooled, 1-pooled) >= 5; p.testable {
			p.z = (p.n/n1 - p.m/n0) / math.Sqrt(pooled*(1-pooled)*(1/n1+1/n0))
			p.p = math.Erfc(math.Abs(p.z) / math.Sqrt2)
		}
		list = append(list, p)
	}
	var tested []*place
	for _, p := range list {
		if p.testable {
			tested = append(tested, p)
		}
	}
	slices.SortFunc(tested, func(a, b *place) int { return cmp.Compare(a.p, b.p) })
	least := 1.0
	for i := len(tested) - 1; i >= 0; i-- {
		least = min(least, tested[i].p*number(len(tested))/number(i+1))
		tested[i].q = least
	}
	position := func(of func(*place) number, p *place) number {
		rank := 1.0
		for _, other := range list {
			if of(other) > of(p) {
				rank++
			}
		}
		return rank
	}
	want := make(map[string][]number)
	for _, p := range list {
		verdict := "steady"
		switch {
		case n0 == 0:
			verdict = "no previous period"
		case !p.testable:
			verdict = "too few"
		case p.q < 0.05 && p.z > 0:
			verdict = "rising"
		case p.q < 0.05:
			verdict = "falling"
		}
		here := position(func(p *place) number { return p.n }, p)
		there := null()
		if p.m > 0 {
			there = position(func(p *place) number { return p.m }, p)
		}
		low, high := wilson(p.n, n1)
		want[p.career+" "+verdict] = []number{
			here, p.n, count(now, matched(p.career, 1)), count(now, matched(p.career, 3)), quotient(p.n, n1), low, high, meanScore(now, p.career),
			count(now, func(o taken) bool { return o.chosen == p.career }), there, there - here, p.m, quotient(p.m, n0), quotient(p.n, n1) - quotient(p.m, n0), p.z, p.p, p.q, n1, n0,
		}
	}
	return want
}

// expectFunnel computes match_funnel: key entry career.
func expectFunnel(outcomes []taken, since, until time.Time) map[string][]number {
	now := between(outcomes, since, until)
	want := make(map[string][]number)
	for _, career := range careersOf(now) {
		from := slices.DeleteFunc(slices.Clone(now), func(o taken) bool { return o.entry != career })
		if len(from) == 0 {
			continue
		}
		tests, hit, all := number(len(from)), count(from, matched(career, anyRank)), count(now, matched(career, anyRank))
		chosen := count(from, func(o taken) bool { return o.rank(career) > 0 && o.chosen == career })
		low, high := wilson(hit, tests)
		lift := null()
		if all > 0 {
			lift = hit / tests / (all / number(len(now)))
		}
		want[career] = []number{
			tests, hit, count(from, matched(career, 3)), chosen, hit / tests, low, high, quotient(chosen, hit), all / number(len(now)), lift,
			number(len(now)), count(now, func(o taken) bool { return o.entry != "" }),
		}
	}
	return want
}

// expectTraits computes match_traits: key career and trait.
func expectTraits(outcomes []taken, since, until time.Time) map[string][]number {
	now := between(outcomes, since, until)
	profile := func(of []taken, trait string) (n, mean number) {
		sum := 0.0
		for _, o := range of {
			if v, ok := o.traits[trait]; ok {
				sum, n = sum+millionths(v), n+1
			}
		}
		return n, quotient(sum/1e6, n)
	}
	want := make(map[string][]number)
	for _, career := range careersOf(now) {
		with := slices.DeleteFunc(slices.Clone(now), func(o taken) bool { return o.rank(career) == 0 })
		for _, trait := range []string{"artistic", "rare", "realistic", "social"} {
			if n, mean := profile(with, trait); n > 0 {
				all, everyone := profile(now, trait)
				want[career+" "+trait] = []number{n, mean, all, everyone, mean - everyone}
			}
		}
	}
	return want
}
