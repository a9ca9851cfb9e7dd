package sink

import (
	"fmt"

	"careerstream/publish/columns"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
)

// Encoder turns messages into rows. It is a pure function: the same messages
// give the same blocks, whenever and wherever.
type Encoder struct {
	decode func(Raw) (any, error)
	tables []encodedTable
}

type encodedTable struct {
	name  string
	block func(rows []any) columns.Block
	// part and identity as in Table; nil where it has none.
	part     func(row any) string
	identity string
}

// Table says how decoded messages of type R become rows of one table.
type Table[R any] struct {
	// Name of the table.
	Name string
	// Block makes the columns. It may give a message several rows, or none.
	Block func(rows []R) columns.Block
	// Part names the table's partition of a row, where it has partitions: a block
	// over several is stored partition by partition and not as a whole, so each
	// gets an insert and a token of its own. Nil for a table without.
	Part func(row R) string
	// Identity is the UUID column by which rows replace each other where the
	// first one is kept and not the last; "" elsewhere.
	Identity string
}

// NewEncoder makes an encoder. decode reads and checks one message; its error
// dead-letters the message, so every value that a table cannot hold has to be
// found here. A message has its rows in each of the tables, which are written
// in their order.
func NewEncoder[R any](decode func(Raw) (R, error), tables ...Table[R]) Encoder {
	e := Encoder{decode: func(raw Raw) (any, error) { return decode(raw) }}
	for _, table := range tables {
		encoded := encodedTable{name: table.Name, identity: table.Identity, block: func(rows []any) columns.Block {
			typed := make([]R, len(rows))
			for i, row := range rows {
				typed[i] = row.(R)
			}
			return table.Block(typed)
		}}
		if table.Part != nil {
			encoded.part = func(row any) string { return table.Part(row.(R)) }
		}
		e.tables = append(e.tables, encoded)
	}
	return e
}

// Tables names the tables in the order of writing.
func (e Encoder) Tables() []string {
	names := make([]string, len(e.tables))
	for i, table := range e.tables {
		names[i] = table.name
	}
	return names
}

// Block decodes messages and makes one table's columns of them. It is for
// tests and tools.
func (e Encoder) Block(table string, raws ...Raw) (columns.Block, error) {
	rows := make([]any, len(raws))
	for i, raw := range raws {
		row, err := e.read(raw)
		if err != nil {
			return columns.Block{}, err
		}
		rows[i] = row
	}
	for _, t := range e.tables {
		if t.name == table {
			return t.block(rows), nil
		}
	}
	return columns.Block{}, fmt.Errorf("encode for table %s: the sink does not write it", table)
}

// read decodes a message; a panic is the message's fault, and the sink goes on.
func (e Encoder) read(raw Raw) (row any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Panic, "decode message %d: %v", raw.Seq, p)
		}
	}()
	return e.decode(raw)
}

// dataOf decodes the envelope and the data of a message of the wanted type.
func dataOf[T any](stream string, raw Raw, want string) (T, event.Event, error) {
	var zero T
	e, err := event.Decode(raw.Header, raw.Body)
	if err != nil {
		return zero, e, err
	}
	if e.Type != want {
		return zero, e, fault.New(fault.UnknownType, "%s %d is a %s, want %s", stream, raw.Seq, e.Type, want)
	}
	data, err := event.Data[T](event.Message{Stream: stream, Seq: raw.Seq, Event: e})
	return data, e, err
}
