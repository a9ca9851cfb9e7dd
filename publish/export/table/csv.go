package table

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// CSV appends the cells as one record of RFC 4180: comma, CRLF, quotes where they
// are needed. Line ends within a text stay as they are. With guard, a text that a
// spreadsheet would take for a formula begins with an apostrophe
// (https://owasp.org/www-community/attacks/CSV_Injection).
func CSV(line []byte, guard bool, cells ...any) []byte {
	for i, cell := range cells {
		if i > 0 {
			line = append(line, ',')
		}
		line = appendCell(line, guard, cell)
	}
	return append(line, '\r', '\n')
}

// Header appends the names of the columns as one record.
func (t Table) Header(line []byte) []byte {
	names := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return CSV(line, false, names...)
}

func appendCell(line []byte, guard bool, cell any) []byte {
	switch v := cell.(type) {
	case uint64:
		return strconv.AppendUint(line, v, 10)
	case float64:
		return strconv.AppendFloat(line, v, 'g', -1, 64)
	case time.Time:
		if v.IsZero() {
			return line
		}
		return v.AppendFormat(line, "2006-01-02T15:04:05.000Z")
	case []string:
		return appendText(line, false, list(v))
	case string:
		return appendText(line, guard, v)
	}
	return line
}

// list is a JSON array, which no text can break.
func list(items []string) string {
	if len(items) == 0 {
		return "[]"
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(items) // strings always encode
	return strings.TrimSuffix(b.String(), "\n")
}

func appendText(line []byte, guard bool, s string) []byte {
	if guard && s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		s = "'" + s
	}
	// A text that begins or ends with a blank is quoted for readers that trim, and
	// an empty one is not, so that it reads as nothing.
	if !strings.ContainsAny(s, ",\"\r\n") && s == strings.TrimSpace(s) {
		return append(line, s...)
	}
	line = append(line, '"')
	for {
		before, after, found := strings.Cut(s, `"`)
		line = append(line, before...)
		if !found {
			return append(line, '"')
		}
		line = append(line, '"', '"')
		s = after
	}
}
