// Package bench consumes a backlog of quiz outcomes, produces figures: how fast
// it becomes rows, against what the broker and ClickHouse could do at best.
package bench
