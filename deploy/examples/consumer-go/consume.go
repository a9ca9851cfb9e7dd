package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Names of the contract; `careerstream schemas asyncapi` prints it.
const (
	publishedStream = "PUBLISHED"
	publishedAll    = "record.published.>"
	publishedType   = "careerstream.record.published.v1"
	feedConsumer    = "feed"
	bucket          = "careers"
)

// published is what this consumer reads of a version; it ignores the rest, as
// every reader of the contract does.
type published struct {
	Record struct {
		Slug    string          `json:"slug"`
		Version uint64          `json:"version"`
		Retired json.RawMessage `json:"retired"`
	} `json:"record"`
	ContentSHA256 string `json:"content_sha256"`
}

func (p published) line(seq uint64) line {
	return line{Slug: p.Record.Slug, Version: p.Record.Version, ContentSHA256: p.ContentSHA256, Retired: len(p.Record.Retired) > 0, Seq: seq}
}

type consumer struct {
	js      jetstream.JetStream
	journal *journal
}

// bootstrap takes the latest version of each career from the bucket, unless the
// journal says that this is done.
func (c *consumer) bootstrap(ctx context.Context) error {
	stream, err := c.js.Stream(ctx, publishedStream)
	if err != nil {
		return fmt.Errorf("look at stream %s: %w", publishedStream, err)
	}
	created := stream.CachedInfo().Created.UTC().Format(time.RFC3339Nano)
	if c.journal.stream == "" {
		floor, err := c.floor(ctx)
		if err != nil {
			return err
		}
		if err := c.journal.note(line{Note: noteStart, Seq: floor, Stream: created}); err != nil {
			return err
		}
	}
	if c.journal.stream != created {
		return fmt.Errorf("stream %s was made anew at %s; the log is of the one of %s: remove the log to start over", publishedStream, created, c.journal.stream)
	}
	if c.journal.bootstrapped {
		return nil
	}
	slugs, err := c.slugs(ctx)
	if err != nil {
		return err
	}
	kv, err := c.js.KeyValue(ctx, bucket)
	if err != nil {
		return fmt.Errorf("open bucket %s: %w", bucket, err)
	}
	for _, slug := range slugs {
		if _, known := c.journal.versions[slug]; known {
			continue // from here on the stream says more
		}
		entry, err := kv.Get(ctx, slug)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read %s from bucket %s: %w", slug, bucket, err)
		}
		var p published
		if err := json.Unmarshal(entry.Value(), &p); err != nil {
			return fmt.Errorf("read %s from bucket %s: %w", slug, bucket, err)
		}
		if err := c.journal.add(p.line(0)); err != nil {
			return err
		}
	}
	return c.journal.note(line{Note: noteBootstrapped})
}

// floor is the sequence up to which the bucket surely is; 0 when that cannot be
// told, and the stream is read from its start.
func (c *consumer) floor(ctx context.Context) (uint64, error) {
	feed, err := c.js.Consumer(ctx, publishedStream, feedConsumer)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look at consumer %s: %w", feedConsumer, err)
	}
	return feed.CachedInfo().AckFloor.Stream, nil
}

// slugs are the keys of the bucket, from the state of its stream.
func (c *consumer) slugs(ctx context.Context) ([]string, error) {
	const prefix = "$KV." + bucket + "."
	stream, err := c.js.Stream(ctx, "KV_"+bucket)
	if err != nil {
		return nil, fmt.Errorf("look at bucket %s: %w", bucket, err)
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(prefix+">"))
	if err != nil {
		return nil, fmt.Errorf("list keys of bucket %s: %w", bucket, err)
	}
	slugs := make([]string, 0, len(info.State.Subjects))
	for subject := range info.State.Subjects {
		slugs = append(slugs, strings.TrimPrefix(subject, prefix))
	}
	return slugs, nil
}

// follow reads the stream from the journal's cursor on until ctx ends.
func (c *consumer) follow(ctx context.Context) error {
	ordered, err := c.js.OrderedConsumer(ctx, publishedStream, jetstream.OrderedConsumerConfig{
		FilterSubjects: []string{publishedAll},
		DeliverPolicy:  jetstream.DeliverByStartSequencePolicy, OptStartSeq: c.journal.seq + 1,
	})
	if err != nil {
		return fmt.Errorf("follow stream %s: %w", publishedStream, err)
	}
	messages, err := ordered.Messages()
	if err != nil {
		return fmt.Errorf("follow stream %s: %w", publishedStream, err)
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return fmt.Errorf("follow stream %s: %w", publishedStream, err)
		}
		if err := c.take(msg); err != nil {
			return err
		}
	}
}

// take writes down one message if it says something new.
func (c *consumer) take(msg jetstream.Msg) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("read position of a message: %w", err)
	}
	var event struct {
		Type string    `json:"type"`
		Data published `json:"data"`
	}
	if err := json.Unmarshal(msg.Data(), &event); err != nil {
		return fmt.Errorf("read event %d of stream %s: %w", meta.Sequence.Stream, publishedStream, err)
	}
	// Another type would be another major version, for other readers.
	if event.Type == publishedType {
		if err := c.journal.add(event.Data.line(meta.Sequence.Stream)); err != nil {
			return err
		}
	}
	if meta.NumPending == 0 {
		return c.journal.sync()
	}
	return nil
}
