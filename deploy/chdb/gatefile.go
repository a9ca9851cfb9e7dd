package chdb

import "strings"

// callsFile reports whether a statement may call the scalar function file(),
// which reads any file of the machine whatever the setting readonly says. The
// engine's own parser decides. Functions can also be passed by name, as in
// arrayMap(file, x) and * APPLY(file), so a bare identifier "file" and an APPLY
// in a statement that mentions the word count as calls; a column of that name
// can still be read as t.file.
func callsFile(s *session, st statement, sql string, params []param) bool {
	suspect := mentionsFile(sql)
	for _, p := range params {
		suspect = suspect || mentionsFile(p.value)
	}
	if !suspect {
		return false
	}
	r := s.query("EXPLAIN AST "+st.body, "TSVRaw", params)
	defer r.free()
	if st.first == "show" || r.err() != nil {
		// SHOW ... WHERE is left out of the tree, and some statements have none.
		return spellsFile(sql)
	}
	for line := range strings.Lines(string(r.bytes())) {
		f := append(strings.Fields(line), "", "")
		switch f[0] {
		case "Function", "Identifier":
			if strings.EqualFold(f[1], "file") {
				return true
			}
		case "ColumnsApplyTransformer":
			return true
		}
	}
	return false
}

// mentionsFile: a backslash can spell any name in a quoted identifier.
func mentionsFile(text string) bool {
	return strings.Contains(strings.ToLower(text), "file") || strings.Contains(text, `\`)
}

// spellsFile judges by the words alone.
func spellsFile(sql string) bool {
	l := lexer{s: sql}
	for t, ok := l.next(); ok; t, ok = l.next() {
		switch t.kind {
		case tokWord:
			if t.text == "file" {
				return true
			}
		case tokQuoted:
			if strings.Contains(t.text, `\`) || strings.EqualFold(strings.Trim(t.text, "`\""), "file") {
				return true
			}
		}
	}
	return false
}
