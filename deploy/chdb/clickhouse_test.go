package chdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

func TestColumnTypes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 13, 14, 15, 678_000_000, time.UTC)
	cases := []struct {
		typ   string
		value any
	}{
		{"UInt8", uint8(200)}, {"UInt64", uint64(1) << 63}, {"Int32", int32(-5)}, {"Int256", new(big.Int).Lsh(big.NewInt(-3), 200)},
		{"Float32", float32(0.25)}, {"Float64", 0.1}, {"Bool", true},
		{"String", "it's\n\x00\u00e9"}, {"FixedString(3)", "abc"}, {"LowCardinality(String)", "nurse"},
		{"LowCardinality(Nullable(String))", ptr("x")}, {"Nullable(String)", (*string)(nil)},
		{"UUID", uuid.MustParse("018f0e2a-8a7e-7c3d-9c55-0123456789ab")},
		{"Date", at.Truncate(24 * time.Hour)}, {"DateTime('UTC')", at.Truncate(time.Second)}, {"DateTime64(3, 'UTC')", at}, {"DateTime64(9, 'UTC')", at.Add(7)},
		{"Decimal(18, 4)", decimal.RequireFromString("-12.3456")}, {"Enum8('a' = 1, 'b' = 2)", "b"},
		{"IPv6", netip.MustParseAddr("2001:db8::1").AsSlice()},
		{"Array(String)", []string{"a", "", "c"}}, {"Array(Array(String))", [][]string{{"a", "b"}, {}, {"c"}}},
		{"Array(LowCardinality(String))", []string{"x", "y", "x"}}, {"Array(UInt64)", []uint64{}}, {"Array(Nullable(Int8))", []*int8{nil, ptr(int8(1))}},
		{"Map(String, Float64)", map[string]float64{"openness": 0.5, "": 1}}, {"Map(LowCardinality(String), Array(String))", map[string][]string{"a": {"b"}}},
		{"SimpleAggregateFunction(max, UInt64)", uint64(7)},
	}
	for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionNone, clickhouse.CompressionLZ4} {
		t.Run(method.String(), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, newDB(t), func(o *clickhouse.Options) { o.Compression = &clickhouse.Compression{Method: method} })
			for i, tc := range cases {
				table := fmt.Sprintf("t%d", i)
				mustExec(t, conn, "CREATE TABLE "+table+" (n UInt8, v "+tc.typ+") ENGINE = MergeTree ORDER BY n")
				batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO "+table)
				if err != nil {
					t.Fatalf("%s: %v", tc.typ, err)
				}
				if err := errors.Join(batch.Append(uint8(1), tc.value), batch.Send()); err != nil {
					t.Errorf("%s: insert: %v", tc.typ, err)
					continue
				}
				got := reflect.New(reflect.TypeOf(tc.value))
				if tc.typ == "IPv6" {
					continue
				}
				if err := conn.QueryRow(t.Context(), "SELECT v FROM "+table).Scan(got.Interface()); err != nil {
					t.Errorf("%s: read: %v", tc.typ, err)
					continue
				}
				same := cmp.Options{cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }), cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }), cmp.Comparer(func(a, b decimal.Decimal) bool { return a.Equal(b) })}
				if diff := cmp.Diff(tc.value, got.Elem().Interface(), same); diff != "" {
					t.Errorf("%s (-sent +got):\n%s", tc.typ, diff)
				}
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

func TestNestedAndJSON(t *testing.T) {
	t.Parallel()
	conn := connect(t, newDB(t), nil)
	mustExec(t, conn, `CREATE TABLE t (id UInt64, matches Nested(career LowCardinality(String), score Float32, notes Array(String)), doc JSON)
		ENGINE = MergeTree ORDER BY id`)
	batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t (id, matches.career, matches.score, matches.notes, doc)")
	if err != nil {
		t.Fatal(err)
	}
	careers, scores, notes := []string{"nurse", "baker"}, []float32{0.5, 0.25}, [][]string{{"a", "b"}, {}}
	doc := map[string]any{"name": "Nurse", "n": int64(3), "tags": []string{"x", "y"}, "deep": map[string]any{"ok": true}}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(batch.Append(uint64(1), careers, scores, notes, string(raw)), batch.Send()); err != nil {
		t.Fatal(err)
	}
	var gotCareers []string
	var gotScores []float32
	var gotNotes [][]string
	var gotDoc clickhouse.JSON
	if err := conn.QueryRow(t.Context(), "SELECT matches.career, matches.score, matches.notes, doc FROM t").Scan(&gotCareers, &gotScores, &gotNotes, &gotDoc); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{careers, scores, notes}, []any{gotCareers, gotScores, gotNotes}); diff != "" {
		t.Errorf("nested (-sent +got):\n%s", diff)
	}
	if name, ok := gotDoc.ValueAtPath("name"); !ok || fmt.Sprint(name) != "{Nurse String}" {
		t.Errorf("name is %v in %v", name, gotDoc.NestedMap())
	}
	if got := scalar[string](t, conn, "SELECT toString(doc.deep.ok) || toString(doc.n) || toString(doc.tags) FROM t"); got != "true3['x','y']" {
		t.Errorf("document holds %q", got)
	}
	if got := scalar[string](t, conn, "SELECT c FROM t ARRAY JOIN matches.career AS c, matches.score AS s ORDER BY s LIMIT 1"); got != "baker" {
		t.Errorf("array join gives %q", got)
	}
}

func TestTransports(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	const rows = 150_000
	for _, method := range []clickhouse.CompressionMethod{
		clickhouse.CompressionNone, clickhouse.CompressionLZ4, clickhouse.CompressionLZ4HC, clickhouse.CompressionZSTD,
		clickhouse.CompressionGZIP, clickhouse.CompressionDeflate, clickhouse.CompressionBrotli,
	} {
		for _, door := range []string{"in process", "port"} {
			t.Run(method.String()+" "+door, func(t *testing.T) {
				conn := connect(t, db, func(o *clickhouse.Options) {
					o.Compression = &clickhouse.Compression{Method: method, Level: 1}
					if door == "port" {
						o.Addr, o.DialContext = []string{strings.TrimPrefix(suite.url, "http://")}, nil
						o.Auth.Username, o.Auth.Password = suite.engine.cfg.User, testPassword
					}
				})
				mustExec(t, conn, "CREATE OR REPLACE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
				batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t")
				if err != nil {
					t.Fatal(err)
				}
				var sum uint64
				for n := range uint64(rows) {
					if err := batch.Append(n, fmt.Sprint(n*n)); err != nil {
						t.Fatal(err)
					}
					sum += n
				}
				if err := batch.Send(); err != nil {
					t.Fatal(err)
				}
				got, err := conn.Query(t.Context(), "SELECT n, s FROM t")
				if err != nil {
					t.Fatal(err)
				}
				defer got.Close()
				count := 0
				for ; got.Next(); count++ {
					var n uint64
					var s string
					if err := got.Scan(&n, &s); err != nil {
						t.Fatal(err)
					}
					if s != fmt.Sprint(n*n) {
						t.Fatalf("row %d holds %q", n, s)
					}
					sum -= n
				}
				if err := got.Err(); err != nil || count != rows || sum != 0 {
					t.Fatalf("%d rows, rest %d, %v", count, sum, err)
				}
			})
		}
	}
}

func TestDeduplicationToken(t *testing.T) {
	t.Parallel()
	conn := connect(t, newDB(t), func(o *clickhouse.Options) { o.MaxOpenConns = 1 })
	mustExec(t, conn, "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100")
	for _, step := range []struct {
		token string
		n     uint64
		want  uint64
	}{
		{"a", 1, 1}, {"a", 1, 1}, {"a", 2, 1}, {"b", 1, 2}, {"b", 1, 2}, {"c", 1, 3},
		{"", 3, 4}, // the token of the request before is gone
		{"", 4, 5},
		{"c", 9, 5},
	} {
		ctx := t.Context()
		if step.token != "" {
			ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": step.token}))
		}
		batch, err := conn.PrepareBatch(ctx, "INSERT INTO t")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(batch.Append(step.n), batch.Send()); err != nil {
			t.Fatal(err)
		}
		if got := scalar[uint64](t, conn, "SELECT count() FROM t"); got != step.want {
			t.Fatalf("after token %q with %d: %d rows, want %d", step.token, step.n, got, step.want)
		}
	}
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	conn := connect(t, newDB(t), nil)
	mustExec(t, conn, "CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n")
	for _, tc := range []struct {
		sql      string
		settings clickhouse.Settings
		code     int32
		status   int
	}{
		{sql: "SELECT * FROM nowhere", code: 60, status: 404},
		{sql: "SELECT nothing FROM t", code: 47, status: 404},
		{sql: "SELEC 1", code: 62, status: 400},
		{sql: "garbage", code: 62, status: 400},
		{sql: "SELECT 1; SELECT 2", code: 62, status: 400},
		{sql: "SELECT toUInt8('x')", code: 6, status: 400},
		{sql: "SELECT throwIf(1)", code: 395, status: 500},
		{sql: "SELECT {x:String}", code: 456, status: 400},
		{sql: "SELECT 1", settings: clickhouse.Settings{"no_such_setting": 1}, code: 115, status: 404},
		{sql: "SELECT 1", settings: clickhouse.Settings{"max_threads": "many"}, code: 27, status: 400},
		{sql: "SELECT sum(number) FROM numbers(100000000000)", settings: clickhouse.Settings{"max_execution_time": 0.2}, code: 159, status: 408},
		{sql: "SELECT groupArray(number) FROM numbers(100000000)", settings: clickhouse.Settings{"max_memory_usage": 10000000}, code: 241, status: 500},
		{sql: "INSERT INTO t SELECT 1", settings: clickhouse.Settings{"readonly": 1}, code: 164, status: 500},
		{sql: "SELECT 1 INTO OUTFILE 'x'", code: 497, status: 403},
	} {
		ctx := t.Context()
		if tc.settings != nil {
			ctx = clickhouse.Context(ctx, clickhouse.WithSettings(tc.settings))
		}
		err := conn.Exec(ctx, tc.sql)
		var ex *clickhouse.Exception
		var he *clickhouse.HTTPError
		if !errors.As(err, &ex) || ex.Code != tc.code || !errors.As(err, &he) || he.StatusCode != tc.status {
			t.Errorf("%s: %v, want code %d and status %d", tc.sql, err, tc.code, tc.status)
		}
	}
	_, err := conn.PrepareBatch(t.Context(), "INSERT INTO nowhere")
	var ex *clickhouse.Exception
	if !errors.As(err, &ex) || ex.Code != 60 {
		t.Errorf("batch into no table: %v", err)
	}
}

func TestEmptyResultsHaveColumns(t *testing.T) {
	t.Parallel()
	for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionNone, clickhouse.CompressionZSTD} {
		conn := connect(t, newDB(t), func(o *clickhouse.Options) { o.Compression = &clickhouse.Compression{Method: method} })
		mustExec(t, conn, "CREATE TABLE t (n UInt64, s LowCardinality(String), m Array(Tuple(name String, score Float32))) ENGINE = MergeTree ORDER BY n")
		for sql, want := range map[string]string{
			"SELECT n, s, m AS j FROM t":                                    "n UInt64,s LowCardinality(String),j Array(Tuple(name String, score Float32))",
			"SELECT n + 1 AS `a b` FROM t WHERE n > {min:UInt64} -- end":    "a b UInt64",
			"WITH 1 AS x SELECT x, n FROM t SETTINGS max_threads = 1;":      "x UInt8,n UInt64",
			"(SELECT n FROM t) UNION ALL (SELECT n FROM t)":                 "n UInt64",
			"SHOW TABLES LIKE 'nothing'":                                    "name String",
			"SELECT name FROM system.tables WHERE database = 'no such one'": "name String",
		} {
			rows, err := conn.Query(clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{"min": "5"})), sql)
			if err != nil {
				t.Errorf("%s: %v", sql, err)
				continue
			}
			var got []string
			for _, c := range rows.ColumnTypes() {
				got = append(got, c.Name()+" "+c.DatabaseTypeName())
			}
			if rows.Next() || strings.Join(got, ",") != want {
				t.Errorf("%s: columns %q, want %q", sql, strings.Join(got, ","), want)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
}

func TestMidStreamError(t *testing.T) {
	t.Parallel()
	for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionNone, clickhouse.CompressionLZ4, clickhouse.CompressionGZIP} {
		conn := connect(t, suite.engine.Database(), func(o *clickhouse.Options) { o.Compression = &clickhouse.Compression{Method: method} })
		rows, err := conn.Query(t.Context(), "SELECT number, throwIf(number = 1000000, 'too far') FROM numbers(2000000)")
		if err != nil {
			t.Errorf("%s: failed before the first row: %v", method, err)
			continue
		}
		n := 0
		for rows.Next() {
			n++
		}
		var ex *clickhouse.Exception
		if !errors.As(rows.Err(), &ex) || ex.Code != 395 || !strings.Contains(ex.Message, "too far") || n == 0 {
			t.Errorf("%s: after %d rows: %v", method, n, rows.Err())
		}
		if err := rows.Close(); err != nil && !errors.As(err, &ex) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	conn := connect(t, db, nil)
	mustExec(t, conn, "CREATE TABLE sink (n UInt64) ENGINE = Null")
	for i, sql := range []string{
		"SELECT max(sipHash64(number)) FROM numbers(100000000000)",
		"SELECT number FROM numbers(100000000000)",
		"INSERT INTO sink SELECT number FROM numbers(100000000000)",
	} {
		mark := fmt.Sprintf("%s mark %d", db, i)
		running := func() uint64 {
			return scalar[uint64](t, conn, "SELECT count() FROM system.processes WHERE query LIKE ? AND query NOT LIKE '%system.processes%'", "%"+mark+"%")
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			rows, err := conn.Query(ctx, sql+" /* "+mark+" */")
			if err == nil {
				for rows.Next() {
				}
				err = errors.Join(rows.Err(), rows.Close())
			}
			ended <- err
		}()
		eventually(t, sql+" starts", func() bool { return running() == 1 })
		cancel()
		if err := <-ended; err == nil {
			t.Errorf("%s: ended without an error", sql)
		}
		eventually(t, sql+" leaves the engine", func() bool { return running() == 0 })
	}
}

func TestParameters(t *testing.T) {
	t.Parallel()
	conn := connect(t, suite.engine.Database(), nil)
	nasty := "it's a \\ \"quoted\"\ttab\nline; DROP TABLE t -- \u00e9"
	var s string
	var list []string
	err := conn.QueryRow(t.Context(), "SELECT {s:String}, {l:Array(String)}", clickhouse.Named("s", nasty), clickhouse.Named("l", []string{"a", "it's"})).Scan(&s, &list)
	if err != nil {
		t.Fatal(err)
	}
	if s != nasty || !reflect.DeepEqual(list, []string{"a", "it's"}) {
		t.Fatalf("got %q and %q", s, list)
	}
}

func TestManyClients(t *testing.T) {
	t.Parallel()
	db := newDB(t)
	conn := connect(t, db, func(o *clickhouse.Options) { o.MaxOpenConns, o.MaxIdleConns = 32, 32 })
	mustExec(t, conn, "CREATE TABLE t (client UInt8, n UInt64) ENGINE = MergeTree ORDER BY (client, n)")
	const clients, rounds, rows = 32, 4, 100
	var wg sync.WaitGroup
	for client := range uint8(clients) {
		wg.Go(func() {
			for round := range uint64(rounds) {
				batch, err := conn.PrepareBatch(t.Context(), "INSERT INTO t")
				if err != nil {
					t.Error(err)
					return
				}
				for n := range uint64(rows) {
					if err := batch.Append(client, round*rows+n); err != nil {
						t.Error(err)
					}
				}
				if err := batch.Send(); err != nil {
					t.Error(err)
					return
				}
				var count, sum uint64
				if err := conn.QueryRow(t.Context(), "SELECT count(), sum(n) FROM t WHERE client = ?", client).Scan(&count, &sum); err != nil {
					t.Error(err)
					return
				}
				if want := (round + 1) * rows; count != want || sum != want*(want-1)/2 {
					t.Errorf("client %d sees %d rows of sum %d, want %d", client, count, sum, want)
				}
			}
		})
	}
	wg.Wait()
}
