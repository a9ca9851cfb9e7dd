// Package fault names everything that can go wrong with a message and says
// what follows from it: retry, pause or poison.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Class says what the worker that meets a fault does next.
type Class string

const (
	// Retry: try this message again after a computed delay.
	Retry Class = "retry"
	// Pause: nothing can go on until an operator or the outside mends it.
	// Nothing is acknowledged and nothing dead-lettered; work resumes by itself.
	Pause Class = "pause"
	// Poison: this message alone is dead-lettered; its neighbours go on.
	Poison Class = "poison"
)

// Kind is a sentinel error: errors.Is(err, fault.TooLarge) asks for it.
// Its text is the metric label and the last token of the dead letter's subject.
type Kind string

// Error returns the kind's name.
func (k Kind) Error() string { return string(k) }

// Fault is an error with a kind.
type Fault struct {
	Kind Kind
	// Err is the cause, with the file, URL or message named.
	Err error
	// Delay before the next try; 0 lets the worker compute one. Only for Retry.
	Delay time.Duration
}

// Error gives the kind and the cause.
func (f *Fault) Error() string { return fmt.Sprintf("%s: %v", f.Kind, f.Err) }

// Unwrap makes both the kind and the cause visible to errors.Is and errors.As.
func (f *Fault) Unwrap() []error { return []error{f.Kind, f.Err} }

// New returns a fault with a formatted cause; %w wraps as in fmt.Errorf.
func New(kind Kind, format string, args ...any) error {
	return &Fault{Kind: kind, Err: fmt.Errorf(format, args...)}
}

// After returns a copy of a retry that asks for a delay before the next try.
func After(kind Kind, delay time.Duration, format string, args ...any) error {
	return &Fault{Kind: kind, Err: fmt.Errorf(format, args...), Delay: delay}
}

// KindOf returns the outermost kind in err's tree, or Internal where it has none.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	var k Kind
	if errors.As(err, &k) {
		return k
	}
	return Internal
}

// DelayOf returns the delay that err asks for, or 0.
func DelayOf(err error) time.Duration {
	var f *Fault
	if errors.As(err, &f) {
		return f.Delay
	}
	return 0
}

// ClassOf returns the class of err's kind.
func ClassOf(err error) Class { return KindOf(err).Info().Class }
