package simulate

import (
	"math"
	"math/rand/v2"
	"strconv"
	"time"
)

// matches of one outcome.
const matches = 10

type scored struct {
	career int
	score  float64
}

// writer holds what is reused from outcome to outcome.
type writer struct {
	id, body []byte
	scores   []scored
}

func (s *Simulation) write(w *writer, number int) {
	rnd, when := s.begin(number)
	w.id = appendUUID(w.id[:0], rnd)
	// One in twenty takes the test a second time in the same session.
	owner := number
	if number > 0 && rnd.Float64() < 0.05 {
		owner = number - 1
	}
	var self [6]float64
	for i := range self {
		self[i] = math.Round(rnd.Float64()*1000) / 1000
	}
	top := s.match(w, rnd, self, float64(when.day)/float64(max(s.cfg.Days-1, 1)))

	b := append(w.body[:0], `{"outcome_id":"`...)
	b = append(b, w.id...)
	b = append(b, `","quiz":"career-match","quiz_version":"`...)
	if when.day < s.cfg.Days/2 {
		b = append(b, "3.1"...)
	} else {
		b = append(b, "3.2"...)
	}
	b = append(b, `","taken_at":"`...)
	b = when.at.AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	b = append(b, `","session":"`...)
	session := rand.NewPCG(s.cfg.Seed+3, uint64(owner))
	b = appendHex(b, session.Uint64(), 16)
	b = append(b, `","locale":"`...)
	b = append(b, pickLocale(rnd)...)
	b = append(b, `","entry_career":"`...)
	if rnd.Float64() < 0.7 {
		b = append(b, s.careers[pick(rnd, s.popular)].slug...)
	}
	b = append(b, `","traits":{`...)
	for i, name := range traits() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, name), ':')
		b = strconv.AppendFloat(b, self[i], 'f', -1, 64)
	}
	b = append(b, `},"matches":[`...)
	for i, m := range top {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"career":"`...)
		b = append(b, s.careers[m.career].slug...)
		b = append(b, `","score":`...)
		b = strconv.AppendFloat(b, m.score, 'f', -1, 64)
		b = append(b, `,"rank":`...)
		b = strconv.AppendInt(b, int64(i+1), 10)
		b = append(b, '}')
	}
	b = append(b, `],"chosen":"`...)
	if rnd.Float64() < 0.6 {
		// The better the rank, the likelier the choice.
		b = append(b, s.careers[top[int(float64(len(top))*math.Pow(rnd.Float64(), 2.5))].career].slug...)
	}
	w.body = append(b, `"}`...)
}

// match scores every career and returns the best, the best first.
func (s *Simulation) match(w *writer, rnd *rand.Rand, self [6]float64, progress float64) []scored {
	top := w.scores[:0]
	n := min(matches, len(s.careers))
	for i := range s.careers {
		c := &s.careers[i]
		distance := 0.0
		for k, v := range c.profile {
			distance += (v - self[k]) * (v - self[k])
		}
		score := 0.7*(1-distance/3) + c.appeal + c.drift*progress + 0.06*rnd.Float64()
		score = math.Round(math.Max(0, math.Min(1, score))*10_000) / 10_000
		if len(top) == n && score <= top[n-1].score {
			continue
		}
		if len(top) < n {
			top = append(top, scored{})
		}
		j := len(top) - 1
		for ; j > 0 && top[j-1].score < score; j-- {
			top[j] = top[j-1]
		}
		top[j] = scored{i, score}
	}
	return top
}

func pickLocale(rnd *rand.Rand) string {
	switch x := rnd.Float64(); {
	case x < 0.60:
		return "en"
	case x < 0.75:
		return "de"
	case x < 0.85:
		return "es"
	case x < 0.95:
		return "fr"
	}
	return "pt-BR"
}

// appendUUID makes a version 4 UUID (RFC 9562, 5.4) of the random numbers.
func appendUUID(b []byte, rnd *rand.Rand) []byte {
	high, low := rnd.Uint64(), rnd.Uint64()
	high = high&^0xf000 | 0x4000
	low = low&^(3<<62) | 1<<63
	b = appendHex(b, high>>32, 8)
	b = append(b, '-')
	b = appendHex(b, high>>16, 4)
	b = append(b, '-')
	b = appendHex(b, high, 4)
	b = append(b, '-')
	b = appendHex(b, low>>48, 4)
	b = append(b, '-')
	return appendHex(b, low, 12)
}

// appendHex writes the lowest digits.
func appendHex(b []byte, v uint64, digits int) []byte {
	for shift := (digits - 1) * 4; shift >= 0; shift -= 4 {
		b = append(b, "0123456789abcdef"[v>>shift&15])
	}
	return b
}

// Midnight is the end of the last whole day before now, in UTC.
func Midnight(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }
