// Package intake consumes quiz outcomes over HTTP and from files, produces
// messages on the quiz stream.
//
// Every outcome is checked before it is published; what is refused is named
// with its line, its field and the reason. What is accepted is in the broker:
// a repeat of the whole request changes nothing.
package intake
