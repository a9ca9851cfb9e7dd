package chdb

import "strings"

// insertKind says what the beginning of a statement means for its body.
type insertKind uint8

const (
	plainStatement insertKind = iota // all of it is SQL
	insertWithData                   // SQL, then data in a format
	undecided                        // more text is needed to tell
	insertFromFile                   // INSERT ... FROM INFILE
)

// insertHead is an INSERT cut where its data begins.
type insertHead struct {
	kind   insertKind
	sql    string // without FORMAT or VALUES
	format string
	dataAt int // offset of the data
}

// parseInsert looks at the beginning of a statement; complete says that no
// more text follows. The rules for where data begins are the server's
// (ParserInsertQuery): after VALUES at once, after FORMAT x behind blanks and
// one line end.
func parseInsert(text string, complete bool) insertHead {
	l := lexer{s: text}
	first, ok := l.next()
	if !ok || first.end == len(text) && !complete {
		return maybe(complete)
	}
	if !first.is("insert") {
		return insertHead{}
	}
	prev := first
	for {
		t, ok := l.next()
		if !ok || t.open || t.end == len(text) && !complete {
			return maybe(complete)
		}
		switch {
		case t.depth == 1 && prev.is("(") && (t.is("select") || t.is("with")):
			return insertHead{}
		case t.depth > 0 || prev.is("."):
		case t.is("select"), t.is("with"), t.is("watch"):
			return insertHead{}
		case t.is("infile") && prev.is("from"):
			return insertHead{kind: insertFromFile}
		case t.is("values") && !prev.is("into") && !prev.is("table"):
			return insertHead{kind: insertWithData, sql: text[:t.start], format: "Values", dataAt: t.end}
		case t.is("format") && !prev.is("into") && !prev.is("table"):
			name, ok := l.next()
			if !ok || name.end == len(text) && !complete {
				return maybe(complete)
			}
			at := name.end
			for at < len(text) && strings.IndexByte(" \t\f", text[at]) >= 0 {
				at++
			}
			if at+1 >= len(text) && !complete {
				return insertHead{kind: undecided}
			}
			if at < len(text) && text[at] == '\r' {
				at++
			}
			if at < len(text) && text[at] == '\n' {
				at++
			}
			return insertHead{kind: insertWithData, sql: text[:t.start], format: text[name.start:name.end], dataAt: at}
		}
		prev = t
	}
}

func maybe(complete bool) insertHead {
	if complete {
		return insertHead{}
	}
	return insertHead{kind: undecided}
}

// statement is what routing needs to know of a whole statement.
type statement struct {
	first   string // first word, lower case
	format  string // FORMAT clause, "" for none
	body    string // without FORMAT clause and closing semicolon
	totals  bool   // WITH TOTALS somewhere
	outfile bool   // INTO OUTFILE or FROM INFILE
}

func parseStatement(text string) statement {
	st := statement{body: text}
	l := lexer{s: text}
	var top []token // outside brackets
	for t, ok := l.next(); ok; t, ok = l.next() {
		st.totals = st.totals || t.is("totals")
		if t.depth == 0 {
			top = append(top, t)
		}
	}
	if len(top) > 0 {
		st.first = top[0].text
	}
	end := len(text)
	for i, t := range top {
		at := func(j int) token {
			if i+j < 0 || i+j >= len(top) {
				return token{}
			}
			return top[i+j]
		}
		switch {
		case t.is("outfile") && at(-1).is("into"), t.is("infile") && at(-1).is("from"):
			st.outfile = true
		case t.is(";"):
			end = min(end, t.start)
		case i > 0 && t.is("format") && (at(1).kind == tokWord || at(1).kind == tokQuoted) && at(1).end > 0 &&
			(at(2).end == 0 || at(2).is(";") || at(2).is("settings")):
			st.format = strings.Trim(text[at(1).start:at(1).end], "`\"")
			end = min(end, t.start)
		}
	}
	st.body = text[:end]
	return st
}

// streamable formats are those whose streamed blocks, put together, are
// byte for byte the whole output: no header, footer or separator.
func streamable(format string) bool {
	switch strings.ToLower(format) {
	case "native", "tabseparated", "tsv", "tabseparatedraw", "tsvraw", "csv", "rowbinary", "msgpack",
		"jsoneachrow", "jsonlines", "ndjson", "jsoncompacteachrow", "jsonstringseachrow", "jsoncompactstringseachrow":
		return true
	}
	return false
}

func contentType(format string) string {
	f := strings.ToLower(format)
	switch {
	case f == "native", f == "msgpack", f == "protobuf", strings.HasPrefix(f, "rowbinary"),
		f == "parquet", f == "arrow", f == "arrowstream", f == "orc", f == "avro", f == "npy", f == "bsoneachrow":
		return "application/octet-stream"
	case strings.HasPrefix(f, "json") && strings.Contains(f, "eachrow"), f == "jsonlines", f == "ndjson":
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(f, "json"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(f, "csv"):
		header := "absent"
		if strings.Contains(f, "withnames") {
			header = "present"
		}
		return "text/csv; charset=UTF-8; header=" + header
	case strings.HasPrefix(f, "tabseparated"), strings.HasPrefix(f, "tsv"):
		return "text/tab-separated-values; charset=UTF-8"
	case f == "xml":
		return "application/xml; charset=UTF-8"
	}
	return "text/plain; charset=UTF-8"
}
