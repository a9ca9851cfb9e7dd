package broker

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/fault"
)

// partSize is how much of a body one message holds before compression: under
// the smallest max_payload that Check allows even when it does not compress.
const partSize = 512 << 10

// maxBody bounds what Get puts together, in bytes, whatever a header says.
const maxBody = 256 << 20

// sizeHeader of part 0 states the length of the whole body in bytes.
const sizeHeader = "Body-Size"

// Bodies keeps page bodies by their SHA-256.
//
// The client library's object store is not used: a put that dies halfway leaves
// chunks that nothing ever finds, of two puts of one name the second deletes the
// chunks that a reader of the first is reading, a get needs a consumer of its
// own, and nothing is compressed. Here a part is one zstd message on
// body.<sha256>.<part>; what a part holds follows from the body alone, so two
// writers write the same, and part 0 comes last, so a body is there wholly or
// not at all. A get is quicker than the object store's by half, a put about as
// quick, in a fifth of the space (BenchmarkBodies).
type Bodies struct {
	conn    *Conn
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	close   sync.Once
}

// Bodies opens the store; Close it after use.
func (c *Conn) Bodies() (*Bodies, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	if err != nil {
		return nil, fmt.Errorf("open zstd encoder: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxBody))
	if err != nil {
		return nil, fmt.Errorf("open zstd decoder: %w", err)
	}
	return &Bodies{conn: c, encoder: encoder, decoder: decoder}, nil
}

// Close frees the compressors. Put and Get fail afterwards.
func (b *Bodies) Close() {
	b.close.Do(func() {
		b.encoder.Close()
		b.decoder.Close()
	})
}

// Put stores body under the SHA-256 that names it, 64 hex digits. A body that
// is there and whole is left alone, a damaged one is written anew. After a nil
// error it survives a crash. Errors: fault.Internal for a digest that is not
// the body's, fault.BrokerFull, fault.BrokerUnavailable.
func (b *Bodies) Put(ctx context.Context, sha string, body []byte) error {
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != sha {
		return fault.New(fault.Internal, "store body %s: its digest is %x", sha, sum)
	}
	stored, err := b.Get(ctx, sha)
	switch {
	case err == nil && bytes.Equal(stored, body):
		return nil
	case err != nil && !errors.Is(err, fault.BodyMissing):
		return err
	}
	for part := max(parts(len(body))-1, 0); part >= 0; part-- {
		msg := &nats.Msg{Subject: partSubject(sha, part), Data: b.encoder.EncodeAll(slice(body, part), nil)}
		if part == 0 {
			msg.Header = nats.Header{sizeHeader: {strconv.Itoa(len(body))}}
		}
		if _, err := b.conn.send(ctx, msg); err != nil {
			return fmt.Errorf("store body %s: %w", sha, err)
		}
	}
	return nil
}

// Get returns the body with a SHA-256, verified. Errors: fault.BodyMissing when
// it is not there or damaged, fault.BrokerUnavailable.
func (b *Bodies) Get(ctx context.Context, sha string) ([]byte, error) {
	s, err := b.conn.stream(ctx, bodiesStream)
	if err != nil {
		return nil, err
	}
	head, err := b.part(ctx, s, sha, 0)
	if err != nil {
		return nil, err
	}
	size, err := strconv.Atoi(head.Header.Get(sizeHeader))
	if err != nil || size < 0 || size > maxBody {
		return nil, fault.New(fault.BodyMissing, "body %s: header %s is %q", sha, sizeHeader, head.Header.Get(sizeHeader))
	}
	body := make([]byte, 0, size)
	for part := 0; ; {
		if body, err = b.decoder.DecodeAll(head.Data, body); err != nil {
			return nil, fault.New(fault.BodyMissing, "body %s: unpack part %d: %w", sha, part, err)
		}
		if part++; part >= parts(size) {
			break
		}
		if head, err = b.part(ctx, s, sha, part); err != nil {
			return nil, err
		}
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != sha {
		return nil, fault.New(fault.BodyMissing, "body %s is damaged: its digest is %x", sha, sum)
	}
	return body, nil
}

func (b *Bodies) part(ctx context.Context, s jetstream.Stream, sha string, part int) (*jetstream.RawStreamMsg, error) {
	msg, err := b.conn.last(ctx, s, partSubject(sha, part))
	if err == nil && msg == nil {
		return nil, fault.New(fault.BodyMissing, "body %s: part %d is not in stream %s", sha, part, bodiesStream)
	}
	return msg, err
}

func partSubject(sha string, part int) string { return bodiesPrefix + sha + "." + strconv.Itoa(part) }

func parts(size int) int { return (size + partSize - 1) / partSize }

func slice(body []byte, part int) []byte {
	return body[part*partSize : min((part+1)*partSize, len(body))]
}
