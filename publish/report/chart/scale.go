package chart

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Format turns a value into the text of a tick or label.
type Format func(float64) string

// Count renders a whole number with thousands separated: 12,345.
func Count(v float64) string {
	digits := strconv.FormatFloat(math.Abs(math.Round(v)), 'f', 0, 64)
	var b strings.Builder
	if math.Round(v) < 0 {
		b.WriteString("−")
	}
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return b.String()
}

// Percent renders a share of 0 to 1 in percent, with a decimal below ten.
func Percent(v float64) string {
	percent := v * 100
	decimals := 0
	if p := math.Abs(percent); p > 0 && p < 9.95 {
		decimals = 1
	}
	return minus(strconv.FormatFloat(percent, 'f', decimals, 64)) + "%"
}

// Decimal renders a value with two decimals.
func Decimal(v float64) string {
	return minus(strconv.FormatFloat(v, 'f', 2, 64))
}

// minus gives a number its typographic sign, and zero none.
func minus(s string) string {
	if !strings.ContainsAny(s, "123456789") {
		return strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// tickText renders a tick: round steps need no ".0".
func tickText(format Format, v float64) string {
	return strings.Replace(format(v), ".0%", "%", 1)
}

// ticks returns about n round steps from 0 up to the first at or above top.
func ticks(top float64, n int) []float64 {
	if !(top > 0) || math.IsInf(top, 0) {
		return []float64{0, 1}
	}
	raw := top / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * power
	for _, round := range []float64{1, 2, 2.5, 5} {
		if round*power >= raw*0.999 {
			step = round * power
			break
		}
	}
	var out []float64
	for i := 0; ; i++ {
		v := float64(i) * step
		out = append(out, v)
		if v >= top*0.9999 {
			return out
		}
	}
}

// wholeTicks is ticks for counts: no step is smaller than 1.
func wholeTicks(top float64, n int) []float64 {
	if top < float64(n) {
		var out []float64
		for v := 0.0; v <= math.Max(1, math.Ceil(top)); v++ {
			out = append(out, v)
		}
		return out
	}
	marks := ticks(top, n)
	if marks[1] == math.Trunc(marks[1]) {
		return marks
	}
	step := math.Ceil(marks[1])
	var out []float64
	for v := 0.0; ; v += step {
		out = append(out, v)
		if v >= top {
			return out
		}
	}
}

// dayMark is a labelled day of a time axis.
type dayMark struct {
	index int
	label string
}

// dayMarks picks at most n days to label: days, Mondays or firsts of a month,
// whatever fits. The year stands at the first mark and where it changes.
func dayMarks(days []time.Time, n int) []dayMark {
	if len(days) == 0 {
		return nil
	}
	pick := func(step int) []int {
		var at []int
		for i := 0; i < len(days); i += step {
			at = append(at, i)
		}
		return at
	}
	var at []int
	switch {
	case len(days) <= n:
		at = pick(1)
	case len(days) <= 7*n:
		weeks := 1 + (len(days)-1)/7/n
		for i, day := range days {
			if day.Weekday() == time.Monday && (int(day.Unix()/86400/7))%weeks == 0 {
				at = append(at, i)
			}
		}
	default:
		months := 1
		for _, step := range []int{1, 2, 3, 6, 12} {
			if months = step; len(days)/30/step < n {
				break
			}
		}
		for i, day := range days {
			if day.Day() == 1 && (int(day.Month())-1)%months == 0 {
				at = append(at, i)
			}
		}
	}
	if len(at) == 0 {
		at = []int{0}
	}
	marks := make([]dayMark, len(at))
	year := 0
	for i, index := range at {
		marks[i] = dayMark{index, days[index].Format("2 Jan")}
		if days[index].Year() != year {
			year = days[index].Year()
			marks[i].label = days[index].Format("2 Jan 2006")
		}
	}
	return marks
}

// spread moves labels apart so that neighbours are at least gap away from each
// other and all lie within low and high, as near to where they want to be as a
// pass down and a pass up give. Positions must be ascending.
func spread(at []float64, gap, low, high float64) {
	for i := range at {
		if i == 0 {
			at[i] = max(at[i], low)
		} else {
			at[i] = max(at[i], at[i-1]+gap)
		}
	}
	for i := len(at) - 1; i >= 0; i-- {
		limit := high
		if i < len(at)-1 {
			limit = at[i+1] - gap
		}
		at[i] = min(at[i], limit)
	}
}

// textWidth estimates the width of text in pixels at a font size, rather too
// wide than too narrow: which font a reader has is not known.
func textWidth(s string, size float64) float64 {
	width := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iljtfr.,:;'|!() -", r):
			width += 0.38
		case strings.ContainsRune("mwMW@", r) || r > 0x2e80:
			width += 1
		case r >= 'A' && r <= 'Z':
			width += 0.74
		default:
			width += 0.65
		}
	}
	return width * size
}

// shorten cuts text that is wider than width.
func shorten(s string, size, width float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && textWidth(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " -") + "…"
}
