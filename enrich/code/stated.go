package code

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// maxStated bounds the codes that one page states.
const maxStated = 50

// How sure a stated code is.
const (
	sureUnchecked = 0.9
	sureUnlisted  = 0.6
)

const codePattern = `[0-9]{2}-[0-9]{4}(?:\.[0-9]{2})?`

var (
	socCode = regexp.MustCompile(`^` + codePattern + `$`)
	// A code with nothing before or after that would make it a part of something
	// longer, such as a telephone number or a date.
	someCode = regexp.MustCompile(codePattern)
	// What must stand before a code without ".NN", which may be many things.
	introduction = regexp.MustCompile(`(?i)\b(?:SOC|O\*NET(?:[ -]SOC)?|ONET(?:[ -]SOC)?|Standard Occupational Classification)\b` +
		`(?:[\s:#=(),®-]|\b(?:codes?|numbers?|no\.|id|is|are|SOC|the|2010|2018|system|classification|version)\b)*$`)
	// What may stand between two codes of a list.
	between = regexp.MustCompile(`^[\s,;/&]*(?:(?:and|or)\s+)?$`)
	// A line that heads a column of codes.
	header = regexp.MustCompile(`(?i)\b(?:SOC|O\*NET(?:[ -]SOC)?) codes?\b`)
)

// StatedSOC returns the SOC ("29-1141") and O*NET-SOC codes ("29-1141.00") that a
// text states, in the order of the text, each once, at most 50. The latter are taken
// wherever they stand; the former after words such as "SOC code", in a list that
// such a code begins, or as a cell of a table (cells parted by tabs, bars or line
// ends) up to the next blank line after a heading "SOC code". The time is linear in
// the text.
func StatedSOC(text string) []string {
	all := []string{}
	column := false
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			column = false
			continue
		}
		column = column || header.MatchString(line)
		end := -1 // of the last code taken in this line
		for _, at := range someCode.FindAllStringIndex(line, maxStated*4) {
			code := line[at[0]:at[1]]
			if !isSOC(code) || !alone(line, at[0], at[1]) {
				continue
			}
			before := line[max(0, at[0]-80):at[0]]
			switch {
			case len(code) > len("29-1141"):
			case end >= 0 && at[0]-end < 20 && between.MatchString(line[end:at[0]]):
			case introduction.MatchString(before):
			case column && cell(line, at[0], at[1]):
			default:
				continue
			}
			end = at[1]
			if len(all) < maxStated && !slices.Contains(all, code) {
				all = append(all, code)
			}
		}
	}
	return all
}

// StatedInRows is StatedSOC for a table's rows of cells.
func StatedInRows(rows [][]string) []string {
	var text strings.Builder
	for _, row := range rows {
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue // no end of the table
		}
		for _, cell := range row {
			text.WriteString(strings.Join(strings.Fields(cell), " "))
			text.WriteByte('\t')
		}
		text.WriteByte('\n')
	}
	return StatedSOC(text.String())
}

// isSOC checks the form of an SOC or O*NET-SOC code and its major group.
func isSOC(code string) bool { return socCode.MatchString(code) && isMajorGroup(code) }

// alone reports whether what stands around a code cannot belong to it.
func alone(line string, start, end int) bool {
	if start > 0 && strings.ContainsRune("0123456789-+.$€£_", rune(line[start-1])) || start > 0 && isLetter(line[start-1]) {
		return false
	}
	if end == len(line) {
		return true
	}
	next := line[end]
	digitFollows := end+1 < len(line) && line[end+1] >= '0' && line[end+1] <= '9'
	switch {
	case next >= '0' && next <= '9', isLetter(next), next == '_', next == '-':
		return false
	case next == '.', next == ',', next == '/':
		return !digitFollows
	}
	return true
}

func isLetter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// cell reports whether a code fills a cell of a table's row.
func cell(line string, start, end int) bool {
	left := strings.TrimRight(line[:start], " ")
	right := strings.TrimLeft(line[end:], " ")
	return (left == "" || strings.HasSuffix(left, "\t") || strings.HasSuffix(left, "|")) &&
		(right == "" || strings.ContainsAny(right[:1], "\t|\r\n"))
}

// stated returns the codes that a page states. known is true where that answers the
// question: a code is in the taxonomy, or there is none to look it up in.
func (t *Taxonomies) stated(given []string) (codes []Code, known bool) {
	codes = []Code{}
	var soc []string
	for _, text := range given[:min(len(given), maxStated)] {
		code := strings.TrimSpace(text)
		if isSOC(code) && !slices.Contains(soc, code) {
			soc = append(soc, code)
		}
	}
	slices.Sort(soc)
	for _, code := range soc {
		made, found := t.check(code)
		// The code of a part must not go before a statement about the whole.
		if len(soc) > 1 && !covers(code, soc) {
			for i := range made {
				if made[i].Relation == Exact {
					made[i].Relation = Narrow
				}
			}
		}
		// Sorted, a code of the whole comes before those of its parts.
		codes = merge(codes, made)
		known = known || found
	}
	return codes, known
}

// check makes the codes of one stated code: it, the SOC code within an O*NET-SOC
// code, and the O*NET-SOC code that is an SOC code's occupation.
func (t *Taxonomies) check(code string) (codes []Code, known bool) {
	soc, detail, _ := strings.Cut(code, ".")
	c := Code{Scheme: SOC2018, Code: soc, Relation: Exact, Confidence: sureUnchecked, Method: Stated, Evidence: "the page states " + code}
	part := c
	part.Scheme, part.Code = ONETSOC, code
	known = true
	if t.onet != nil {
		version := t.onet.version
		c.Scheme = socScheme(version)
		c.Title = t.onet.titleOf(soc + ".00")
		part.Version = version
		part.Title = t.onet.titleOf(code)
		source := strings.TrimSpace("O*NET " + version)
		group := strings.TrimRight(soc, "0")
		switch {
		case c.Title != "":
			c.Confidence = 1
		case len(t.onet.under(soc)) > 0:
			// Occupations of O*NET alone, without one for the whole.
		case strings.HasSuffix(soc, "0") && len(t.onet.under(group)) > 0:
			c.Evidence += fmt.Sprintf(", a group of %d occupations in %s", len(t.onet.under(group)), source)
		default:
			c.Confidence, known = sureUnlisted, false
			c.Evidence += ", which " + source + " has not"
		}
		if detail != "" && part.Title == "" {
			part.Confidence, known = sureUnlisted, false
			part.Evidence += ", which " + source + " has not"
		} else if detail != "" {
			part.Confidence = 1
		}
		if detail == "" && c.Title != "" {
			part.Code, part.Title, part.Confidence, detail = soc+".00", c.Title, 1, "00"
		}
	}
	c.Version = socVersion(c.Scheme)
	if detail != "" {
		codes = append(codes, part)
		if detail != "00" {
			c.Relation = Broad
		}
	}
	return append(codes, c), known
}

// covers reports whether code is the group of all others: "39-5010" of "39-5011"
// and "39-5012", or the occupation of "29-1141.01".
func covers(code string, all []string) bool {
	prefix := strings.TrimSuffix(code, ".00")
	if !strings.Contains(prefix, ".") {
		prefix = strings.TrimRight(prefix, "0")
	}
	for _, other := range all {
		if !strings.HasPrefix(other, prefix) {
			return false
		}
	}
	return true
}
