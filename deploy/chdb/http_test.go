package chdb

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// call is one HTTP request to the suite's port.
type call struct {
	user, pass string // the writer unless given
	method     string // POST unless given
	path       string
	query      url.Values
	body       io.Reader
	header     map[string]string
}

func do(t *testing.T, c call) (*http.Response, string) {
	t.Helper()
	if c.method == "" {
		c.method = http.MethodPost
	}
	if c.user == "" {
		c.user, c.pass = suite.engine.cfg.User, testPassword
	}
	req, err := http.NewRequestWithContext(t.Context(), c.method, suite.url+"/"+c.path+"?"+c.query.Encode(), c.body)
	if err != nil {
		t.Fatal(err)
	}
	if c.user != "-" {
		req.SetBasicAuth(c.user, c.pass)
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res, readAll(t, res.Body)
}

// post runs a statement as the writer and fails the test unless it succeeds.
func post(t *testing.T, db, sql string) string {
	t.Helper()
	res, body := do(t, call{query: url.Values{"database": {db}}, body: strings.NewReader(sql)})
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", sql, res.Status, body)
	}
	return body
}

func TestPing(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "ping", "replicas_status"} {
		if res, body := do(t, call{user: "-", method: http.MethodGet, path: path}); res.StatusCode != http.StatusOK || body != "Ok." {
			t.Errorf("/%s: %s %q", path, res.Status, body)
		}
	}
	if res, _ := do(t, call{method: http.MethodGet, path: "elsewhere"}); res.StatusCode != http.StatusNotFound {
		t.Errorf("/elsewhere: %s", res.Status)
	}
	if res, _ := do(t, call{method: http.MethodDelete}); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %s", res.Status)
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	writer, reader := suite.engine.cfg.User, suite.engine.cfg.Reader
	for _, tc := range []struct {
		name   string
		c      call
		status int
	}{
		{"writer", call{user: writer, pass: testPassword}, 200},
		{"reader", call{user: reader, pass: readerPassword}, 200},
		{"default", call{user: "default", pass: testPassword}, 200},
		{"headers", call{user: "-", header: map[string]string{"X-ClickHouse-User": writer, "X-ClickHouse-Key": testPassword}}, 200},
		{"parameters", call{user: "-", query: url.Values{"user": {reader}, "password": {readerPassword}}}, 200},
		{"nobody", call{user: "-"}, 401},
		{"no password", call{user: writer}, 403},
		{"wrong password", call{user: writer, pass: testPassword + "x"}, 403},
		{"reader's password", call{user: writer, pass: readerPassword}, 403},
		{"writer's password", call{user: reader, pass: testPassword}, 403},
		{"unknown user", call{user: "root", pass: testPassword}, 403},
		{"wrong key", call{user: "-", header: map[string]string{"X-ClickHouse-User": writer, "X-ClickHouse-Key": "x"}}, 403},
	} {
		tc.c.body = strings.NewReader("SELECT 1")
		res, body := do(t, tc.c)
		code := res.Header.Get("X-ClickHouse-Exception-Code")
		if res.StatusCode != tc.status || (tc.status != 200) != (code == "516") {
			t.Errorf("%s: %s, code %q: %s", tc.name, res.Status, code, body)
		}
		if (tc.status == 401) != (res.Header.Get("WWW-Authenticate") != "") {
			t.Errorf("%s: challenge %q", tc.name, res.Header.Get("WWW-Authenticate"))
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	post(t, db, "CREATE TABLE t (a String, `file` String) ENGINE = MergeTree ORDER BY a")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("s3cr3t"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	const both, readers = "both", "readers"
	for _, tc := range []struct {
		who, sql, code string
		query          url.Values
	}{
		{who: both, sql: "SELECT file('" + secret + "')", code: "497"},
		{who: both, sql: "SELECT /* ' */ FILE /**/ ('" + secret + "')", code: "497"},
		{who: both, sql: "SELECT `\\x66ile`('" + secret + "')", code: "497"},
		{who: both, sql: "SELECT “file”('" + secret + "')", code: "497"},
		{who: both, sql: "SELECT arrayMap(file, ['" + secret + "'])", code: "497"},
		{who: both, sql: "SELECT arrayMap({f:Identifier}, ['" + secret + "'])", query: url.Values{"param_f": {"file"}}, code: "497"},
		{who: both, sql: "SELECT * APPLY(file) FROM (SELECT '" + secret + "')", code: "497"},
		{who: both, sql: "SELECT * APPLY `\\x66ile` FROM (SELECT '" + secret + "')", code: "497"},
		{who: both, sql: "EXPLAIN QUERY TREE SELECT file('" + secret + "')", code: "497"},
		{who: both, sql: "DESCRIBE (SELECT file('" + secret + "'))", code: "497"},
		{who: both, sql: "SHOW TABLES WHERE name = file('" + secret + "')", code: "497"},
		{who: both, sql: "SELECT * FROM file('" + secret + "', 'LineAsString')", code: "497"},
		{who: both, sql: "SELECT 1 INTO OUTFILE '" + out + "'", code: "497"},
		{who: both, sql: "SELECT 1 INTO/* */OUTFILE '" + out + "' TRUNCATE FORMAT CSV", code: "497"},
		{who: both, sql: "(SELECT 1) INTO OUTFILE '" + out + "'", code: "497"},
		{who: both, sql: "SHOW TABLES INTO OUTFILE '" + out + "'", code: "497"},
		{who: both, sql: "EXPLAIN SELECT 1 INTO OUTFILE '" + out + "'", code: "497"},
		{who: both, sql: "INSERT INTO t FROM INFILE '" + secret + "' FORMAT LineAsString", code: "497"},
		{who: both, sql: "INSERT INTO FUNCTION file('" + out + "', 'CSV', 'a String') VALUES ('x')", code: "497"},
		{who: both, sql: "SELECT 1; SELECT 2", code: "62"},
		{who: both, sql: "SELECT 1; DROP TABLE t", code: "62"},
		{who: both, sql: "", code: "62"},
		{who: both, sql: "1 + 1", code: "62"},
		{who: readers, sql: "INSERT INTO t VALUES ('x', 'y')", code: "164"},
		{who: readers, sql: "INSERT INTO t SELECT 'x', 'y'", code: "164"},
		{who: readers, sql: "DROP TABLE t", code: "164"},
		{who: readers, sql: "CREATE TABLE u (a Int8) ENGINE = Memory", code: "164"},
		{who: readers, sql: "SELECT * FROM default.`" + secret + "`", code: "164"},
		{who: readers, sql: "SELECT * FROM url('http://127.0.0.1:9/', CSV, 'a String')", code: "164"},
		{who: readers, sql: "SELECT 1 SETTINGS readonly = 0", code: "164"},
		{who: readers, sql: "INSERT INTO t SELECT 'x', 'y'", query: url.Values{"readonly": {"0"}}, code: "164"},
		{who: readers, sql: "SELECT * FROM eval('SELECT 1')", query: url.Values{"allow_experimental_eval_table_function": {"1"}}, code: "164"},
		{who: readers, sql: "KILL QUERY WHERE 1", code: "497"},
		{who: readers, sql: "SYSTEM FLUSH LOGS", code: "497"},
		{who: readers, sql: "BACKUP TABLE t TO File('x.tar')", code: "497"},
		// Not to be refused.
		{who: both, sql: "SELECT t.file, 'file(1)', $$ INTO OUTFILE $$ FROM t AS t", code: ""},
		{who: both, sql: "SELECT 1 AS outfile, 'a\\'b' -- ; SELECT 2\n;", code: ""},
		{who: both, sql: "SHOW TABLES LIKE '%file%'", code: ""},
		{who: readers, sql: "SELECT getSetting('max_execution_time')", query: url.Values{"max_execution_time": {"7"}}, code: ""},
		{who: readers, sql: "EXPLAIN SELECT * FROM t", code: ""},
	} {
		roles := []call{{user: suite.engine.cfg.Reader, pass: readerPassword}}
		if tc.who == both {
			roles = append(roles, call{})
		}
		for _, c := range roles {
			c.query = url.Values{"database": {db}}
			for k, v := range tc.query {
				c.query[k] = v
			}
			c.body = strings.NewReader(tc.sql)
			res, body := do(t, c)
			if code := res.Header.Get("X-ClickHouse-Exception-Code"); code != tc.code {
				t.Errorf("%q by %q: code %q, want %q: %s", tc.sql, c.user, code, tc.code, body)
			}
			if strings.Contains(body, "s3cr3t") {
				t.Errorf("%q by %q: the file was read", tc.sql, c.user)
			}
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file was written: %v", err)
	}
	if got := post(t, db, "SELECT count() FROM t"); got != "0" {
		t.Errorf("table holds %s rows", got)
	}
}

func TestStatementsOverHTTP(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	post(t, db, "CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
	in := func(extra ...string) url.Values {
		v := url.Values{"database": {db}}
		for i := 0; i < len(extra); i += 2 {
			v.Set(extra[i], extra[i+1])
		}
		return v
	}
	gz := func(s string) io.Reader {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return &b
	}
	long := strings.Repeat("12,long\n", 100_000)
	for _, tc := range []struct {
		name, want, typ string
		c               call
	}{
		{"values in body", "", "", call{query: in(), body: strings.NewReader("INSERT INTO t VALUES (1, 'a'), (2, concat('b', 'c'))")}},
		{"data in body", "", "", call{query: in("query", "INSERT INTO t FORMAT CSV"), body: strings.NewReader("3,x\n4,\"y z\"\n")}},
		{"statement and data in body", "", "", call{query: in(), body: strings.NewReader("INSERT INTO t (n, s)\nSETTINGS max_threads = 1 FORMAT JSONEachRow\n{\"n\":5,\"s\":\"FORMAT CSV\"}")}},
		{"data begins in the parameter", "", "", call{query: in("query", "INSERT INTO t FORMAT TSV\n6\tsix"), body: strings.NewReader("7\tseven\n")}},
		{"insert select", "", "", call{query: in(), body: strings.NewReader("INSERT INTO t WITH 8 AS x SELECT x, 'format' AS format")}},
		{"gzip body", "", "", call{query: in("query", "INSERT INTO t FORMAT CSV"), body: gz("9,z\n"), header: map[string]string{"Content-Encoding": "gzip"}}},
		{"long body", "", "", call{query: in(), body: strings.NewReader("INSERT INTO t FORMAT CSV\n" + long)}},
		{"select", "1\ta\n2\tbc\n3\tx\n4\ty z\n5\tFORMAT CSV\n6\tsix\n7\tseven\n8\tformat\n9\tz", "text/tab-separated-values; charset=UTF-8", call{method: "GET", query: in("query", "SELECT * FROM t WHERE n < 10 ORDER BY n;")}},
		{"count", "100000", "", call{query: in(), body: strings.NewReader("SELECT count() FROM t WHERE n = 12")}},
		{"format", "{\"n\":1}", "application/x-ndjson; charset=UTF-8", call{query: in(), body: strings.NewReader("SELECT n FROM t ORDER BY n LIMIT 1 FORMAT JSONEachRow")}},
		{"default format", "1", "text/csv; charset=UTF-8; header=absent", call{query: in("default_format", "CSV"), body: strings.NewReader("SELECT 1")}},
		{"format header", "1", "text/csv; charset=UTF-8; header=absent", call{query: in(), header: map[string]string{"X-ClickHouse-Format": "CSV"}, body: strings.NewReader("SELECT 1")}},
		{"names, many blocks", "c\n20000000", "", call{query: in("max_block_size", "1000"), body: strings.NewReader("SELECT count() AS c FROM (SELECT number FROM numbers(20000000)) FORMAT TSVWithNames")}},
		{"parameters", "it\\'s [1,2]", "", call{query: in("param_s", "it's", "param_l", "[1,2]"), body: strings.NewReader("SELECT {s:String} || ' ' || toString({l:Array(UInt8)})")}},
		{"parameter in insert", "", "", call{query: in("param_v", "10"), body: strings.NewReader("INSERT INTO t SELECT {v:UInt64}, 'p'")}},
		{"statement in two halves", "3", "", call{query: in("query", "SELECT 1 +"), body: strings.NewReader("2")}},
		{"with totals", "1\t2\n\n1\t2", "", call{query: in(), body: strings.NewReader("SELECT 1 AS k, count() FROM numbers(2) GROUP BY k WITH TOTALS")}},
		{"long statement", "300000", "", call{query: in("max_query_size", "10000000"), body: strings.NewReader("SELECT length('" + strings.Repeat("x", 300000) + "')")}},
	} {
		res, body := do(t, tc.c)
		if res.StatusCode != http.StatusOK || body != tc.want {
			t.Errorf("%s: %s %q, want %q", tc.name, res.Status, body, tc.want)
		}
		if tc.typ != "" && res.Header.Get("Content-Type") != tc.typ {
			t.Errorf("%s: content type %q, want %q", tc.name, res.Header.Get("Content-Type"), tc.typ)
		}
	}
	if res, body := do(t, call{method: "GET", query: in("query", "INSERT INTO t VALUES (1, 'x')")}); res.Header.Get("X-ClickHouse-Exception-Code") != "164" {
		t.Errorf("GET wrote: %s %s", res.Status, body)
	}
}

func TestWholeDocuments(t *testing.T) {
	t.Parallel()
	body := post(t, suite.engine.Database(), "SELECT number AS n FROM numbers(200000) FORMAT JSON")
	var doc struct {
		Rows int
		Data []struct{ N json.Number }
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil || doc.Rows != 200000 || len(doc.Data) != 200000 {
		t.Errorf("%d rows, %d in data: %v", doc.Rows, len(doc.Data), err)
	}
	if parquet := post(t, suite.engine.Database(), "SELECT number AS n FROM numbers(200000) FORMAT Parquet"); strings.Count(parquet, "PAR1") != 2 {
		t.Errorf("parquet file has %d marks, want 2", strings.Count(parquet, "PAR1"))
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	res, _ := do(t, call{query: url.Values{"query_id": {"q-1"}, "wait_end_of_query": {"1"}}, body: strings.NewReader("SELECT count() FROM numbers(1000) WHERE number % 2")})
	var summary map[string]string
	if err := json.Unmarshal([]byte(res.Header.Get("X-ClickHouse-Summary")), &summary); err != nil {
		t.Fatal(err)
	}
	if summary["read_rows"] != "1000" || summary["result_rows"] != "1" {
		t.Errorf("summary is %v", summary)
	}
	for name, want := range map[string]string{"X-ClickHouse-Query-Id": "q-1", "X-ClickHouse-Format": "TabSeparated", "X-ClickHouse-Server-Display-Name": displayName} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(res.Header.Get("X-ClickHouse-Exception-Tag")) != 16 || res.Header.Get("X-ClickHouse-Timezone") == "" {
		t.Errorf("headers are %v", res.Header)
	}
	db := newDB(t)
	post(t, db, "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
	res, _ = do(t, call{query: url.Values{"database": {db}}, body: strings.NewReader("INSERT INTO t VALUES (1), (2), (3)")})
	if !strings.Contains(res.Header.Get("X-ClickHouse-Summary"), `"written_rows":"3"`) {
		t.Errorf("summary of an insert is %s", res.Header.Get("X-ClickHouse-Summary"))
	}
}

func TestResponseEncodings(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd"} {
		res, body := do(t, call{
			query: url.Values{"enable_http_compression": {"1"}}, header: map[string]string{"Accept-Encoding": encoding},
			body: strings.NewReader("SELECT number FROM numbers(300000)"),
		})
		// The request decoder knows the same encodings.
		plain, err := (&request{}).decode(strings.NewReader(body), res.Header.Get("Content-Encoding"), false)
		if err != nil {
			t.Errorf("%s: %v", encoding, err)
			continue
		}
		var want strings.Builder
		for n := range 300000 {
			fmt.Fprintln(&want, n)
		}
		if got := readAll(t, plain); res.Header.Get("Content-Encoding") != encoding || got != strings.TrimSpace(want.String()) {
			t.Errorf("%s: got %q of %d bytes, want %d", encoding, res.Header.Get("Content-Encoding"), len(got), want.Len())
		}
	}
	if res, _ := do(t, call{query: url.Values{"enable_http_compression": {"0"}}, header: map[string]string{"Accept-Encoding": "gzip"}, body: strings.NewReader("SELECT 1")}); res.Header.Get("Content-Encoding") != "" {
		t.Error("compressed although told not to")
	}
}

func TestExternalTablesAreRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("query", "SELECT {x:UInt8} + 1"); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteField("param_x", "41"); err != nil {
		t.Fatal(err)
	}
	plain := append([]byte(nil), b.Bytes()...)
	plain = append(plain, "\r\n--"+w.Boundary()+"--\r\n"...)
	if res, body := do(t, call{body: bytes.NewReader(plain), header: map[string]string{"Content-Type": w.FormDataContentType()}}); body != "42" {
		t.Errorf("form without files: %s %s", res.Status, body)
	}
	if _, err := w.CreateFormFile("ext", "ext"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if res, body := do(t, call{body: &b, header: map[string]string{"Content-Type": w.FormDataContentType()}}); res.Header.Get("X-ClickHouse-Exception-Code") != "48" {
		t.Errorf("external table: %s %s", res.Status, body)
	}
}

// dyingBody sends rows and then fails, as a client does that is killed.
type dyingBody struct {
	rows int
	wait func() // before it fails
}

func (b *dyingBody) Read(p []byte) (int, error) {
	if b.rows == 0 {
		b.wait()
		return 0, errors.New("client dies")
	}
	n := 0
	for b.rows > 0 && n+16 < len(p) {
		n += copy(p[n:], fmt.Sprintf("%d\n", b.rows))
		b.rows--
	}
	return n, nil
}

func TestDyingClientLeavesNothing(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	post(t, db, "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
	inserting := func() bool {
		return post(t, db, "SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO "+db+".t%'") != "0"
	}
	body := &dyingBody{rows: 500_000, wait: func() { eventually(t, "insert runs", inserting) }}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, suite.url+"/?query="+url.QueryEscape("INSERT INTO "+db+".t FORMAT TSV"), body)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(suite.engine.cfg.User, testPassword)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if res, err := client.Do(req); err == nil {
		res.Body.Close()
		t.Fatalf("insert of half a body succeeded: %s", res.Status)
	}
	eventually(t, "insert ends", func() bool { return !inserting() })
	if got := post(t, db, "SELECT count() FROM t"); got != "0" {
		t.Errorf("%s rows were stored", got)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	e := &Engine{cfg: Config{MaxConcurrent: 1, MaxWaiting: 1}, slots: make(chan struct{}, 1)}
	leave, err := e.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiter := make(chan error, 1)
	go func() { _, err := e.enter(ctx); waiter <- err }()
	eventually(t, "second waits", func() bool { return e.waiting.Load() == 1 })
	var ex *Exception
	if _, err := e.enter(t.Context()); !errors.As(err, &ex) || ex.Code != codeTooMany {
		t.Errorf("third: %v", err)
	}
	cancel()
	if err := <-waiter; !errors.As(err, &ex) || ex.Code != codeCancelled {
		t.Errorf("second: %v", err)
	}
	leave()
	if leave, err = e.enter(t.Context()); err != nil {
		t.Errorf("fourth: %v", err)
	}
	leave()

	q := &request{}
	if err := q.readSQL("", strings.NewReader("SELECT '"+strings.Repeat("x", 1<<20)+"'"), 1<<16); !errors.As(err, &ex) || ex.Code != codeTooLargeQuery {
		t.Errorf("long statement: %v", err)
	}
}

func TestListenRefusals(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "example.org:80", "127.0.0.1"} {
		if url, err := suite.engine.Listen(addr); err == nil {
			t.Errorf("listens on %s", url)
		}
	}
	if _, err := (&Engine{}).Listen("127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("without a password: %v", err)
	}
}
