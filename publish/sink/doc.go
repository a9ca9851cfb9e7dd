// Package sink consumes a stream in order, produces rows in ClickHouse, each
// message exactly once.
//
// A sink keeps a manifest in a key-value bucket. The range of sequences of the
// next batch is written there by compare-and-set before the insert, the range
// is the insert's deduplication token, and the mark is moved after it. So a
// restart reads exactly that range again and repeats the same insert, and any
// boundary of a batch is legal: size, time, shutdown. A message that cannot be
// decoded, or that ClickHouse rejects, is dead-lettered before the mark moves.
package sink
