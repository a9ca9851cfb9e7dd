// Package sinktest holds a stream, marks, dead letters and a store in memory,
// with the behaviour that the sink's interfaces promise, and a way to kill the
// process that uses them at any step.
package sinktest
