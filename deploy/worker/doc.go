// Package worker consumes a stage's stream and produces what its handler
// returns: it owns fetch, decode, validate, handle, publish, acknowledge, count
// and log, so that a stage is a function of one event.
//
// The order "publish the outputs, then acknowledge the input" is fixed. A crash
// between the two repeats the message; the outputs' ids, which follow from the
// content, make the repeat change nothing. Therefore a plain acknowledgement is
// enough: one that is lost costs a repeat, never an effect.
//
// Messages of one subject are handled one after the other in their order, those of
// different subjects at once.
//
// What an error leads to follows from its fault kind: a retry after a delay, a
// pause with the message held, or a dead letter with its neighbours going on.
// [Redriver] processes dead messages again by order.
package worker
