package chdbtest_test

import (
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"go.uber.org/goleak"

	"careerstream/deploy/chdb/chdbtest"
)

func TestMain(m *testing.M) {
	chdbtest.Main(m, func() error { return goleak.Find() })
}

func TestDatabase(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := clickhouse.Open(chdbtest.Database(t))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			ctx := t.Context()
			if err := conn.Exec(ctx, "CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a"); err != nil {
				t.Fatal(err)
			}
			batch, err := conn.PrepareBatch(ctx, "INSERT INTO t")
			if err != nil {
				t.Fatal(err)
			}
			for i := range 10 {
				if err := batch.Append(uint64(i), name); err != nil {
					t.Fatal(err)
				}
			}
			if err := batch.Send(); err != nil {
				t.Fatal(err)
			}
			var n uint64
			var s string
			if err := conn.QueryRow(ctx, "SELECT count(), any(b) FROM t").Scan(&n, &s); err != nil {
				t.Fatal(err)
			}
			if n != 10 || s != name {
				t.Fatalf("got %d rows of %q, want 10 of %q", n, s, name)
			}
		})
	}
}
