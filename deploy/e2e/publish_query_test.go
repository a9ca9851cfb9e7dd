package e2e

import (
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"careerstream/deploy/chdb/chdbtest"
	"careerstream/publish/store"
	"careerstream/schemas/fault"
)

func TestPublishQuery(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	ctx := t.Context()
	result, err := s.Query(ctx, "SELECT number, toString(number) AS text FROM numbers(100) WHERE number >= {from:UInt64}", store.QueryOptions{
		ReadOnly: true, MaxRows: 3, Parameters: map[string]string{"from": "40"},
	})
	if err != nil || len(result.Rows) != 3 || !result.More || result.Rows[0][0] != uint64(40) || result.Columns[1] != (store.Column{Name: "text", Type: "String"}) {
		t.Errorf("result %+v, %v", result, err)
	}
	if result, err = s.Query(ctx, "SELECT slug, `duties.id` FROM careers", store.QueryOptions{}); err != nil || len(result.Columns) != 2 || len(result.Rows) != 0 {
		t.Errorf("empty result %+v, %v", result, err)
	}
	if _, err = s.Query(ctx, "CREATE TABLE x (n UInt8) ENGINE = Memory", store.QueryOptions{ReadOnly: true}); fault.KindOf(err) != fault.StoreReadOnly {
		t.Errorf("write: error %v, want %s", err, fault.StoreReadOnly)
	}
	if _, err = s.Query(ctx, "SELECT nothing FROM careers", store.QueryOptions{}); fault.KindOf(err) != fault.StoreSchema || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("error %v, want the column named", err)
	}
	cursor, err := s.Stream(ctx, "SELECT number FROM numbers(200000)", store.QueryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for {
		if _, err := cursor.Next(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	if err := cursor.Close(); err != nil || rows != 200_000 {
		t.Errorf("streamed %d rows, %v", rows, err)
	}
	if cursor, err = s.Stream(ctx, "SELECT number FROM numbers(100000000)", store.QueryOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := cursor.Next(); err != nil {
		t.Error(err)
	}
	if err := cursor.Close(); err != nil {
		t.Errorf("close in the middle: %v", err)
	}
}

func TestPublishMigrateManyAtOnceAndRefuseAnEditedStep(t *testing.T) {
	t.Parallel()
	engine, name := chdbtest.Engine(t), chdbtest.Database(t).Auth.Database
	open := func() *store.Store {
		s, err := store.Open(store.Config{Dial: engine.Dialer(), Database: name})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	s := open()
	steps, err := s.Status(t.Context())
	if err != nil || len(steps) == 0 || !steps[0].Applied.IsZero() {
		t.Fatalf("status of an empty database: %+v, %v", steps, err)
	}
	var wg sync.WaitGroup
	for range 3 {
		other := open()
		wg.Go(func() {
			if _, err := other.Migrate(t.Context()); err != nil {
				t.Errorf("migrate at once: %v", err)
			}
		})
	}
	wg.Wait()
	if steps, err = s.Status(t.Context()); err != nil || steps[len(steps)-1].Applied.IsZero() {
		t.Errorf("status %+v, %v", steps, err)
	}
	exec(t, s, "INSERT INTO schema_migrations VALUES (2, 'careers', 'other', now64(3) + 1), (999, 'from_the_future', 'x', now64(3))")
	if steps, err = s.Status(t.Context()); err != nil || !steps[len(steps)-1].Unknown {
		t.Errorf("status %+v, %v", steps, err)
	}
	steps, err = s.Migrate(t.Context())
	if err == nil || !strings.Contains(err.Error(), "0002_careers") || len(steps) != 1 {
		t.Errorf("edited step: %v after %+v", err, steps)
	}
}
