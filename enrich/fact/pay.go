package fact

import (
	"cmp"
	"strings"
)

// pay finds what people in the career earn. known is what earlier sentences of
// the text say: "The lowest 10 percent earned less than $X" leaves currency, period
// and year to the sentence before.
func (f *finder) pay(known *Amounts) {
	found := f.amounts()
	if len(found) == 0 || !f.aboutPay() {
		return
	}
	year := f.year()
	var groups []*Amounts
	var bounds [][2]int
	last := noStat
	carried := "" // the period that the words before the amounts name
	tokens := f.r.tokens
	for i, a := range found {
		s := f.r.states[a.first]
		from, to := 0, len(tokens)
		if i > 0 {
			from = found[i-1].next
		}
		if i+1 < len(found) {
			to = found[i+1].first
		}
		if s.denied || s.elsewhere() || a.value < 1 || a.value > 1e8 {
			last = noStat
			continue
		}
		stat := f.stat(from, a.first, i+1 < len(found) && f.joined(a.next, to), last)
		if stat == noStat && i > 0 {
			stat = last // "$81,680 per year, or $39.27 per hour"
		}
		duration := f.after(a.next)
		if duration == "" && i+1 < len(found) && stat.opens() {
			duration = f.after(found[i+1].next)
		}
		carried = cmp.Or(f.period(from, a.first), carried)
		duration = cmp.Or(duration, carried)
		if duration == "" && known.Currency == a.currency {
			duration = known.Duration
		}
		g := group(&groups, &bounds, a, duration)
		stat.set(g, a.value)
		last = stat
	}
	for i, g := range groups {
		if g.Year = year; year == 0 && known.Currency == g.Currency && known.Duration == g.Duration {
			g.Year = known.Year
		}
		f.putPay(g, bounds[i])
	}
	if len(groups) > 0 {
		*known = Amounts{Currency: groups[0].Currency, Duration: groups[0].Duration, Year: groups[0].Year}
	}
}

// group is the one with the amount's currency and duration, made if need be.
func group(groups *[]*Amounts, bounds *[][2]int, a amount, duration string) *Amounts {
	for i, g := range *groups {
		if g.Currency == a.currency && g.Duration == duration {
			(*bounds)[i][1] = a.end
			return g
		}
	}
	g := &Amounts{Currency: a.currency, Duration: duration}
	*groups = append(*groups, g)
	*bounds = append(*bounds, [2]int{a.start, a.end})
	return g
}

func (f *finder) putPay(g *Amounts, bound [2]int) {
	value, label, rule := "typical", "Typical pay", "pay.typical"
	switch {
	case g.Median > 0:
		value, label, rule = "median", "Median pay", "pay.stated"
	case g.Percentile10+g.Percentile25+g.Percentile75+g.Percentile90 > 0:
		value, label, rule = "percentiles", "Pay percentiles", "pay.stated"
	case g.MinValue+g.MaxValue > 0:
		value, label, rule = "range", "Pay range", "pay.stated"
	}
	found := f.put(Pay, value, label, rule, 0, 1, f.r.states[0].hedged && value == "typical")
	found.Start, found.End, found.Amounts = bound[0], bound[1], g
}

// aboutPay reports whether the sentence's money is what people in the career earn.
func (f *finder) aboutPay() bool {
	pays, wages, costs := false, false, false
	for i := range f.r.tokens {
		rest := f.r.tokens[i:]
		if f.rd.is(notPay, rest) {
			return false
		}
		pays = pays || f.rd.is(payWord, rest)
		wages = wages || f.rd.is(wage, rest)
		costs = costs || f.rd.is(cost, rest)
	}
	return wages || pays && !costs
}

// joined reports whether "to" or "and" alone, or a dash, leads to the next amount.
func (f *finder) joined(from, to int) bool {
	if from == to {
		return f.r.tokens[from].stop || f.r.tokens[from].hyphen
	}
	if f.period(from, to) != "" {
		to = min(to, len(f.r.tokens))
		from = to - 1
	}
	switch last := f.r.tokens[to-1].lower; last {
	case "to", "and", "through":
		return to-from == 1
	}
	return false
}

// stat is what an amount measures.
type stat int

const (
	noStat stat = iota
	median
	low10
	low25
	high75
	high90
	least
	most
	leastOfMiddle
	typical
)

// opens reports whether the stat is the lower end of a range.
func (s stat) opens() bool { return s == least || s == leastOfMiddle }

func (s stat) set(g *Amounts, value float64) {
	switch s {
	case median:
		g.Median = value
	case low10:
		g.Percentile10 = value
	case low25, leastOfMiddle:
		g.Percentile25 = value
	case high75:
		g.Percentile75 = value
	case high90:
		g.Percentile90 = value
	case least:
		g.MinValue = value
	case most:
		g.MaxValue = value
	case noStat, typical:
		g.Typical = value
	}
}

// stat reads the words before an amount, from token from on. joined says that a
// second amount ends the range that this one begins; last is what the amount before
// measures.
func (f *finder) stat(from, first int, joined bool, last stat) stat {
	second := last.opens()
	low, high, middle, half, percent, starting, upTo, mean, medians := false, false, false, false, 0, false, false, false, false
	tokens := f.r.tokens
	for i := from; i < first; i++ {
		switch word := tokens[i].lower; word {
		case "median":
			medians = true
		case "half":
			half = true
		case "lowest", "bottom":
			low = true
		case "highest", "top":
			high = true
		case "middle":
			middle = true
		case "10", "ten", "10th", "tenth":
			percent = 10
		case "25", "25th", "quarter", "quartile":
			percent = 25
		case "50", "fifty":
			percent = 50
		case "75th":
			percent = 75
		case "90th":
			percent = 90
		case "starting", "start", "starts", "minimum", "least", "entry", "beginning":
			starting = true
		case "up":
			upTo = i+1 < len(tokens) && tokens[i+1].lower == "to"
		case "maximum", "much", "most":
			upTo = word != "most" || i+1 == first
		case "average", "averages", "averaged", "mean", "typical", "about", "around", "approximately":
			mean = true
		}
	}
	switch {
	case second && f.r.tokens[from].lower != "for" && !low && !high && !medians && first-from <= 6:
		if last == leastOfMiddle {
			return high75
		}
		return most
	case middle && percent == 50:
		return leastOfMiddle
	case (low && percent == 10) || (percent == 10 && !high && f.percentile(from, first)):
		return low10
	case low && percent == 25, percent == 25 && !high && f.percentile(from, first):
		return low25
	case high && percent == 10, percent == 90:
		return high90
	case high && percent == 25, percent == 75:
		return high75
	case medians, half:
		return median
	case joined, starting:
		return least
	case upTo:
		return most
	case mean:
		return typical
	}
	return noStat
}

// percentile reports whether the word stands between the tokens.
func (f *finder) percentile(from, to int) bool {
	for _, t := range f.r.tokens[from:to] {
		if t.lower == "percentile" || t.lower == "quartile" {
			return true
		}
	}
	return false
}

// after is the period that follows an amount before the clause goes on.
func (f *finder) after(from int) string {
	to := from
	for to < min(from+5, len(f.r.tokens)) && !f.r.tokens[to].comma && !f.r.tokens[to].stop && f.r.tokens[to].lower != "and" {
		to++
	}
	return f.period(from, to)
}

// period is the ISO 8601 duration of the first word for one between the tokens.
func (f *finder) period(from, to int) string {
	for i := from; i < to; i++ {
		word := f.r.tokens[i].lower
		switch word {
		case "hourly":
			return "PT1H"
		case "annual", "annually", "yearly", "annum":
			return "P1Y"
		case "monthly":
			return "P1M"
		case "weekly":
			return "P1W"
		case "daily":
			return "P1D"
		}
		if i == 0 {
			continue
		}
		before := f.r.tokens[i-1].lower
		slash := strings.HasSuffix(f.r.text[:f.r.tokens[i].start], "/")
		if !slash && before != "per" && before != "a" && before != "an" && before != "each" && before != "every" {
			continue
		}
		switch word {
		case "hour", "hr", "h":
			return "PT1H"
		case "year", "yr":
			return "P1Y"
		case "month", "mo":
			return "P1M"
		case "week":
			return "P1W"
		case "day":
			return "P1D"
		}
	}
	return ""
}

// year is the one that the amounts are of: "in May 2024", "as of 2023", "2024
// median pay".
func (f *finder) year() int {
	tokens := f.r.tokens
	for i, t := range tokens {
		if len(t.lower) != 4 || t.lower < "1980" || t.lower > "2099" {
			continue
		}
		n, ok := numeral(t)
		if !ok {
			continue
		}
		if i == 0 && len(tokens) > 1 && (tokens[1].lower == "median" || tokens[1].lower == "average") {
			return int(n)
		}
		for j := i - 1; j >= max(0, i-2); j-- {
			if tokens[j].lower == "in" || tokens[j].lower == "of" || tokens[j].lower == "since" {
				return int(n)
			}
		}
	}
	return 0
}
