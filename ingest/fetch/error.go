package fetch

import (
	"errors"
	"fmt"
	"strings"
)

// Error is every error of Client.Get and Hops.
type Error struct {
	Kind Kind
	// URL is the address that was requested, without password, cut when long.
	URL string
	// Err is the cause; it may be a *LimitError, *BlockedError or *TypeError.
	Err error
}

// Error gives address, kind and cause.
func (e *Error) Error() string {
	return fmt.Sprintf("fetch %s: %s: %v", e.URL, e.Kind.Info().Label, e.Err)
}

// Unwrap makes both the kind and the cause visible to errors.Is and errors.As.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }

// Hint is the table's advice for the operator.
func (e *Error) Hint() string { return e.Kind.Info().Hint }

// KindOf returns the kind of an error of this package, and Protocol for another.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Protocol
}

// LimitError says which limit ended a request and how much had come.
type LimitError struct {
	// Limit names the limit, as in "decoded body".
	Limit string
	// Bound is the limit with its unit, as in "10485760 bytes".
	Bound string
	// Got is what had been received by then, in bytes. For an announced length
	// that was refused unread it is the length.
	Got  int64
	kind Kind
}

// Error names the limit, its bound and what had come.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s limit of %s reached at %d bytes", e.Limit, e.Bound, e.Got)
}

// Timeout reports whether the limit is one of time (net.Error's question).
func (e *LimitError) Timeout() bool { return e.kind == Timeout || e.kind == Slow }

// TypeError says which media type came and which were wanted.
type TypeError struct {
	// Got is the type that the server states, or the content shows.
	Got string
	// Sniffed is whether Got was told by content.
	Sniffed bool
	Want    []Media
}

// Error names both.
func (e *TypeError) Error() string {
	want := make([]string, len(e.Want))
	for i, m := range e.Want {
		want[i] = string(m)
	}
	by := ""
	if e.Sniffed {
		by = " (told by content)"
	}
	return fmt.Sprintf("got %s%s, wanted %s", e.Got, by, strings.Join(want, " or "))
}
