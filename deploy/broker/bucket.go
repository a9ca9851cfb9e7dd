package broker

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/publish/sink"
	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// Bucket is a key-value bucket that is written by compare-and-set. It is safe
// for concurrent use.
type Bucket struct {
	conn *Conn
	name string
}

// Bucket opens a bucket that Apply has made.
func (c *Conn) Bucket(name string) *Bucket { return &Bucket{conn: c, name: name} }

// Get returns the value of key and its revision; nil and 0 when there is none.
// Errors are fault.BrokerUnavailable.
func (b *Bucket) Get(ctx context.Context, key string) (value []byte, revision uint64, err error) {
	s, err := b.conn.stream(ctx, bucketPrefix+b.name)
	if err != nil {
		return nil, 0, err
	}
	msg, err := b.conn.last(ctx, s, b.subject(key))
	if err != nil || msg == nil {
		return nil, 0, err
	}
	if msg.Header.Get(operation) != "" {
		return nil, msg.Sequence, nil
	}
	return msg.Data, msg.Sequence, nil
}

// Put writes value if revision is still the current one (0: there is none) and
// returns the new revision. Another writer in between gives fault.Conflict; so
// does the repeat of a Put whose acknowledgement was lost: read again. Other
// errors: fault.EventTooLarge, fault.BrokerFull, fault.BrokerUnavailable.
func (b *Bucket) Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	ack, err := b.conn.send(ctx, &nats.Msg{Subject: b.subject(key), Data: value, Header: nats.Header{
		jetstream.ExpectedLastSubjSeqHeader: {strconv.FormatUint(revision, 10)},
	}})
	if err != nil {
		return 0, fmt.Errorf("write key %s of bucket %s: %w", key, b.name, err)
	}
	return ack.Sequence, nil
}

// operation is the header of a KV entry that is a deletion (NATS ADR-8).
const operation = "KV-Operation"

// Delete removes key, whatever its revision; the bucket forgets it wholly.
func (b *Bucket) Delete(ctx context.Context, key string) error {
	return b.conn.do(ctx, fmt.Sprintf("delete key %s of bucket %s", key, b.name), func(ctx context.Context) error {
		kv, err := b.conn.js.KeyValue(ctx, b.name)
		if err != nil {
			return err
		}
		return kv.Purge(ctx, key)
	})
}

func (b *Bucket) subject(key string) string { return bucketSubject + b.name + "." + key }

// Marks returns the manifests of the sinks, in bucket stream.Marks.
func (c *Conn) Marks() sink.Marks { return marks{c.Bucket(stream.Marks)} }

type marks struct{ bucket *Bucket }

// Load implements sink.Marks.
func (m marks) Load(ctx context.Context, name string) ([]byte, uint64, error) {
	return m.bucket.Get(ctx, name)
}

// Save implements sink.Marks.
func (m marks) Save(ctx context.Context, name string, value []byte, revision uint64) (uint64, error) {
	next, err := m.bucket.Put(ctx, name, value, revision)
	if errors.Is(err, fault.Conflict) {
		return 0, fault.New(fault.LeaseLost, "save mark of %s at revision %d: another writer was there", name, revision)
	}
	return next, err
}
