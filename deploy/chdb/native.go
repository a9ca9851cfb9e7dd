package chdb

import (
	"encoding/binary"
	"encoding/json"
	"strings"
)

// helloQuery is the first statement of clickhouse-go's HTTP connection.
const helloQuery = "SELECT displayName(), version(), revision(), timezone()"

const displayName = "careerstream"

// helloBlock answers helloQuery with revision 0. The library writes Native
// without a protocol revision, and a client that was told 0 reads just that,
// so no block has to be rewritten afterwards.
func (e *Engine) helloBlock() []byte {
	// Block info (is_overflows 0, bucket_num -1), as from revision 51903 on.
	b := []byte{1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0}
	b = append(b, 4, 1) // columns, rows
	column := func(name, typ string, data []byte) {
		b = appendNativeString(b, name)
		b = appendNativeString(b, typ)
		b = append(b, 0) // no custom serialization, as from revision 54454 on
		b = append(b, data...)
	}
	column("displayName()", "String", appendNativeString(nil, displayName))
	column("version()", "String", appendNativeString(nil, e.facts.version))
	column("revision()", "UInt32", []byte{0, 0, 0, 0})
	column("timezone()", "String", appendNativeString(nil, e.facts.timezone))
	return b
}

func appendNativeString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// emptyNative is a block of no rows, which the library omits: without it a
// client would not see the columns of an empty result.
func emptyNative(columns [][2]string) []byte {
	b := binary.AppendUvarint(nil, uint64(len(columns)))
	b = append(b, 0)
	for _, c := range columns {
		b = appendNativeString(b, c[0])
		b = appendNativeString(b, c[1])
	}
	return b
}

// describe finds the columns of a statement that gave no rows. A SELECT is
// described; others (SHOW, EXISTS, ...) are cheap and run again with a header.
func (s *session) describe(st statement, params []param) ([][2]string, error) {
	sql, header := "DESCRIBE TABLE ("+st.body+"\n)", false
	format := "JSONCompactEachRow"
	if st.first != "select" && st.first != "with" && st.first != "(" && st.first != "from" {
		sql, header, format = st.body, true, "JSONCompactEachRowWithNamesAndTypes"
	}
	r := s.query(sql, format, params)
	defer r.free()
	if err := r.err(); err != nil {
		return nil, err
	}
	var rows [][]string
	for line := range strings.Lines(string(r.bytes())) {
		var row []string
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			return nil, err
		}
		if rows = append(rows, row); header && len(rows) == 2 {
			break
		}
	}
	var columns [][2]string
	switch {
	case header && len(rows) == 2:
		for i := range min(len(rows[0]), len(rows[1])) {
			columns = append(columns, [2]string{rows[0][i], rows[1][i]})
		}
	case !header:
		for _, row := range rows {
			if len(row) >= 2 {
				columns = append(columns, [2]string{row[0], row[1]})
			}
		}
	}
	return columns, nil
}
