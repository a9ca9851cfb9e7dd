package chdb

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/google/go-cmp/cmp"
)

func TestParseInsert(t *testing.T) {
	t.Parallel()
	type want struct {
		kind              insertKind
		sql, format, data string
	}
	for text, w := range map[string]want{
		"SELECT 1":                                  {},
		"insert into t values (1)":                  {insertWithData, "insert into t ", "Values", " (1)"},
		"INSERT INTO t FORMAT CSV\n1,2":             {insertWithData, "INSERT INTO t ", "CSV", "1,2"},
		"INSERT INTO t FORMAT CSV \r\n\n1":          {insertWithData, "INSERT INTO t ", "CSV", "\n1"},
		"/* x */ INSERT INTO t (a) FORMAT JSON {}":  {insertWithData, "/* x */ INSERT INTO t (a) ", "JSON", "{}"},
		"INSERT INTO t (`values`, format) SELECT 1": {},
		"INSERT INTO t (SELECT 1)":                  {},
		"INSERT INTO db.format (format, values) SETTINGS x = 'VALUES' FORMAT TSV\n": {insertWithData, "INSERT INTO db.format (format, values) SETTINGS x = 'VALUES' ", "TSV", ""},
		"INSERT INTO values VALUES (1)":                                             {insertWithData, "INSERT INTO values ", "Values", " (1)"},
		"INSERT INTO t SELECT * FROM u FORMAT CSV":                                  {},
		"INSERT INTO t FROM INFILE 'x' FORMAT CSV":                                  {kind: insertFromFile},
		"INSERT INTO t -- VALUES (1)\nVALUES (2)":                                   {insertWithData, "INSERT INTO t -- VALUES (1)\n", "Values", " (2)"},
		"INSERT INTO t":         {},
		"INSERT INTO t /* open": {},
		"":                      {},
	} {
		h := parseInsert(text, true)
		got := want{kind: h.kind, sql: h.sql, format: h.format}
		if h.kind == insertWithData {
			got.data = text[h.dataAt:]
		}
		if diff := cmp.Diff(w, got, cmp.AllowUnexported(want{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
		// However the text is cut, the answer is the same in the end.
		for cut := range len(text) {
			if part := parseInsert(text[:cut], false); part.kind == insertWithData && (part.dataAt != h.dataAt || part.format != h.format) {
				t.Errorf("%q cut at %d: %+v, whole %+v", text, cut, part, h)
			}
		}
	}
}

func TestParseStatement(t *testing.T) {
	t.Parallel()
	for text, w := range map[string]statement{
		"SELECT 1":                                 {first: "select", body: "SELECT 1"},
		"SELECT 1 FORMAT CSV":                      {first: "select", body: "SELECT 1 ", format: "CSV"},
		"SELECT 1 format CSV SETTINGS a = 1;":      {first: "select", body: "SELECT 1 ", format: "CSV"},
		"SELECT 'x FORMAT CSV' ; ":                 {first: "select", body: "SELECT 'x FORMAT CSV' "},
		"SELECT format FROM t":                     {first: "select", body: "SELECT format FROM t"},
		"SELECT format('{}', 1)":                   {first: "select", body: "SELECT format('{}', 1)"},
		"SELECT k, count() GROUP BY k WITH TOTALS": {first: "select", body: "SELECT k, count() GROUP BY k WITH TOTALS", totals: true},
		"(SELECT 1) INTO OUTFILE 'x'":              {first: "(", body: "(SELECT 1) INTO OUTFILE 'x'", outfile: true},
		"-- c\nWITH 1 AS x SELECT x":               {first: "with", body: "-- c\nWITH 1 AS x SELECT x"},
	} {
		if diff := cmp.Diff(w, parseStatement(text), cmp.AllowUnexported(statement{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"INSERT INTO t FORMAT CSV\n1", "SELECT `a\\`b`, $x$ ' $x$ FORMAT JSON;", "insert into t /*", "SELECT 'it''s' -- \n}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, complete := range []bool{false, true} {
			h := parseInsert(text, complete)
			if h.kind == insertWithData && (h.dataAt > len(text) || !strings.HasPrefix(text, h.sql)) {
				t.Fatalf("data at %d of %d, head %q", h.dataAt, len(text), h.sql)
			}
			if complete && h.kind == undecided {
				t.Fatal("undecided about a whole statement")
			}
		}
		if st := parseStatement(text); !strings.HasPrefix(text, st.body) {
			t.Fatalf("body %q is not a beginning", st.body)
		}
	})
}

func frames(t testing.TB, m compress.Method, pieces ...[]byte) []byte {
	t.Helper()
	var out []byte
	w := compress.NewWriter(compress.LevelZero, m)
	for _, p := range pieces {
		if err := w.Compress(p); err != nil {
			t.Fatal(err)
		}
		out = append(out, w.Data...)
	}
	return out
}

func TestFrames(t *testing.T) {
	t.Parallel()
	// One frame above the 128 MiB that ch-go's own reader takes.
	big := bytes.Repeat([]byte("careerstream "), 140<<20/13)
	for _, m := range []compress.Method{compress.None, compress.LZ4, compress.ZSTD} {
		pieces := [][]byte{[]byte("first"), []byte("second")}
		if m == compress.LZ4 {
			pieces = append(pieces, big)
		}
		r := &frameReader{r: bytes.NewReader(frames(t, m, pieces...))}
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, bytes.Join(pieces, nil)) {
			t.Errorf("%s: %d bytes, %v", m, len(got), err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	good := frames(t, compress.LZ4, bytes.Repeat([]byte("x"), 1000))
	var ex *Exception
	flipped := bytes.Clone(good)
	flipped[len(flipped)-1] ^= 1
	if _, err := io.ReadAll(&frameReader{r: bytes.NewReader(flipped)}); !errors.As(err, &ex) || ex.Code != codeChecksum {
		t.Errorf("flipped bit: %v", err)
	}
	for _, cut := range []int{1, frameSum + frameHeader, len(good) - 1} {
		if _, err := io.ReadAll(&frameReader{r: bytes.NewReader(good[:cut])}); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	var out bytes.Buffer
	if n, err := newFrameWriter(&out, compress.ZSTD).Write(big); err != nil || n != len(big) {
		t.Fatalf("wrote %d: %v", n, err)
	}
	if got, err := io.ReadAll(&frameReader{r: &out}); err != nil || !bytes.Equal(got, big) {
		t.Errorf("written frames read as %d bytes, %v", len(got), err)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(frames(f, compress.LZ4, []byte("hello hello hello")))
	f.Add(frames(f, compress.ZSTD, []byte("hello"), []byte("you")))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &frameReader{r: bytes.NewReader(data)}
		defer r.Close()
		// Any bytes may be refused; none may panic or never end.
		_, _ = io.Copy(io.Discard, r)
	})
}

func TestExceptionText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Exception{
		"Code: 60. DB::Exception: Unknown table (UNKNOWN_TABLE)":                                  {60, "Code: 60. DB::Exception: Unknown table (UNKNOWN_TABLE)"},
		"Code: 241. DB::Exception: Code: 241. DB::Exception: Limit (MEMORY_LIMIT_EXCEEDED)":       {241, "Code: 241. DB::Exception: Limit (MEMORY_LIMIT_EXCEEDED)"},
		"Code: 241. DB::Exception: Code: 241. DB::Exception: Code: 241. DB::Exception: Limit (X)": {241, "Code: 241. DB::Exception: Limit (X)"},
		"std::bad_alloc": {codeLibrary, "std::bad_alloc"},
	} {
		if got := newException(text); *got != want {
			t.Errorf("%q: %+v, want %+v", text, *got, want)
		}
	}
}
