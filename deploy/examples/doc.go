// Package examples holds what a downstream site may start from: a consumer of
// published careers in Go and one in TypeScript, both run by this package's
// tests. Each starts from the bucket of latest records, follows the stream, and
// has every version once, in order for each career, however often it is killed.
//
// Run them beside `careerstream up`, with the NATS address of the data
// directory's up.json or your own server's:
//
//	go run ./deploy/examples/consumer-go --nats nats://TOKEN@127.0.0.1:4222 --log careers.ndjson
//	cd deploy/examples/consumer-ts && npm ci && npm run build &&
//	  node dist/consumer.js --nats nats://TOKEN@127.0.0.1:4222 --log careers.ndjson
//
// How they miss nothing and repeat nothing:
//
// The hand-over. The bucket is written from the stream and so may be behind it.
// The position up to which the bucket surely is, is the acknowledgement floor of
// the stream's consumer "feed". It is read first, then the bucket, and the
// stream is followed from the sequence after it. What the bucket had already is
// recognised by its version. To go on from the stream's last sequence instead
// would lose what the bucket had not got yet. The keys come from the state of
// the bucket's stream, not from a watch: a key that is updated while a watch
// begins can be missing from its first values.
//
// The state. It is one file, the log: a line of JSON for each version seen,
// appended and synced to disk. There is no cursor beside it that could disagree;
// the cursor is the sequence in the last line. At the start the file is read, a
// last line that is not whole is cut off, and the rest says where to go on and
// which version of each career is known. So a line is there or it is not, and
// "seen once" means: one line for each (slug, version). Standard output shows
// the same lines after they are on disk; there the lines around a kill can be
// missing, and nobody should keep books by it.
//
// A killed start. The floor is the log's first line, before anything of the
// bucket. A start that did not end takes careers that it has no line of from the
// bucket, and all others from the stream, so that no version is skipped.
//
// A hole in a career's versions, or a stream that was made anew, ends the
// consumer with an error: it never goes on over a loss.
package examples
