package sinktest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"careerstream/publish/columns"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/fault"
)

// Store keeps rows in memory and remembers the tokens of inserts.
type Store struct {
	mu      sync.Mutex
	seqs    map[string][]uint64
	tokens  map[string]bool
	ledger  map[string][2]uint64
	inserts int
	refuse  func(table string, seq uint64) error
	burn    map[string]int
	fail    error
}

// NewStore makes an empty store.
func NewStore() *Store {
	return &Store{seqs: make(map[string][]uint64), tokens: make(map[string]bool), ledger: make(map[string][2]uint64)}
}

// Refuse sets which rows the store rejects, as a constraint would: an insert
// with such a row fails with its error and stores nothing.
func (s *Store) Refuse(rule func(table string, seq uint64) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = rule
}

// Burn makes the next inserts into a table die where a server that is killed
// does harm: their tokens are written down, and their rows are not.
func (s *Store) Burn(table string, inserts int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.burn == nil {
		s.burn = make(map[string]int)
	}
	s.burn[table] = inserts
}

// Fail makes every call fail with err, until it is nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// Seqs returns the _seq of every row of a table, sorted, doubles included.
func (s *Store) Seqs(table string) []uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(slices.Values(s.seqs[table]))
}

// Inserts counts the inserts that were tried.
func (s *Store) Inserts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.inserts
}

// Insert implements sink.Store.
func (s *Store) Insert(_ context.Context, table, token string, block columns.Block) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inserts++
	if s.fail != nil {
		return s.fail
	}
	if s.tokens[table+" "+token] {
		return nil
	}
	var seqs []uint64
	for _, column := range block.Columns {
		if reflect.ValueOf(column.Values).Len() != block.Rows {
			return fault.New(fault.StoreSchema, "column %s has another length", column.Name)
		}
		if column.Name == "_seq" {
			seqs = column.Values.([]uint64)
		}
	}
	for _, seq := range seqs {
		if s.refuse == nil || table == clickhouse.IngestLedger {
			break
		}
		if err := s.refuse(table, seq); err != nil {
			return err
		}
	}
	s.tokens[table+" "+token] = true
	if s.burn[table] > 0 {
		s.burn[table]--
		return fault.New(fault.StoreUnavailable, "killed")
	}
	s.seqs[table] = append(s.seqs[table], seqs...)
	if table == clickhouse.IngestLedger {
		s.enter(block)
	}
	return nil
}

func (s *Store) enter(block columns.Block) {
	value := make(map[string]any)
	for _, column := range block.Columns {
		value[column.Name] = reflect.ValueOf(column.Values).Index(0).Interface()
	}
	key := fmt.Sprintf("%s %s %s", value["sink"], value["_stream"], value["incarnation"])
	first, last := value["first_seq"].(uint64), value["last_seq"].(uint64)
	if known, ok := s.ledger[key]; ok {
		first, last = min(first, known[0]), max(last, known[1])
	}
	s.ledger[key] = [2]uint64{first, last}
}

// Holds implements sink.Store; every table is of one stream.
func (s *Store) Holds(_ context.Context, table, _ string, seq uint64) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.seqs[table], seq), s.fail
}

// HoldsAll implements sink.Store. No table of the tests keeps first rows.
func (s *Store) HoldsAll(context.Context, string, string, [][16]byte) (bool, error) {
	return false, errors.New("no table here has an identity")
}

// Stored implements sink.Store.
func (s *Store) Stored(_ context.Context, name, stream string) (map[string][2]uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return nil, s.fail
	}
	stored := make(map[string][2]uint64)
	for key, known := range s.ledger {
		var sinkName, streamName, incarnation string
		if _, err := fmt.Sscan(key, &sinkName, &streamName, &incarnation); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		if sinkName == name && streamName == stream {
			stored[incarnation] = known
		}
	}
	return stored, nil
}
