package broker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// Action of a change.
type Action string

// Actions.
const (
	Created   Action = "created"
	Changed   Action = "changed"
	Unchanged Action = "unchanged"
)

// Field is one setting that differs.
type Field struct {
	Name, From, To string
	// Fixed: the server cannot change it; what is there must be removed first.
	Fixed bool
}

// Change is what happens to one stream, consumer or bucket.
type Change struct {
	// Kind is "stream", "bucket" or "consumer".
	Kind string
	// Name of the object; of a consumer with its stream: "PAGES/normalize".
	Name   string
	Action Action
	Fields []Field
}

// Plan is what Apply does, or would do.
type Plan []Change

// Changes returns the plan without what is unchanged.
func (p Plan) Changes() Plan {
	return slices.DeleteFunc(slices.Clone(p), func(c Change) bool { return c.Action == Unchanged })
}

// String gives one line a change and one a field, and counts what is unchanged.
func (p Plan) String() string {
	var b strings.Builder
	for _, change := range p.Changes() {
		fmt.Fprintf(&b, "%s %s %s\n", change.Action, change.Kind, change.Name)
		for _, f := range change.Fields {
			fmt.Fprintf(&b, "  %s: %s -> %s\n", f.Name, f.From, f.To)
		}
	}
	if n := len(p) - len(p.Changes()); n > 0 {
		fmt.Fprintf(&b, "%d streams, buckets and consumers unchanged\n", n)
	}
	return b.String()
}

// diff collects the settings that differ.
type diff struct{ fields []Field }

func compare[T comparable](d *diff, name string, have, want T, fixed bool) {
	if have != want {
		d.fields = append(d.fields, Field{Name: name, From: fmt.Sprint(have), To: fmt.Sprint(want), Fixed: fixed})
	}
}

// diffStream compares the settings that are ours; limits, placement and the
// like are the operator's and stay. merged is have with ours set.
func diffStream(have, want jetstream.StreamConfig) (fields []Field, merged jetstream.StreamConfig) {
	d := &diff{}
	compare(d, "storage", have.Storage, want.Storage, true)
	compare(d, "retention", have.Retention, want.Retention, true)
	compare(d, "description", have.Description, want.Description, false)
	compare(d, "subjects", list(have.Subjects), list(want.Subjects), false)
	compare(d, "replicas", have.Replicas, want.Replicas, false)
	compare(d, "max age", have.MaxAge, want.MaxAge, false)
	compare(d, "dedupe window", have.Duplicates, want.Duplicates, false)
	compare(d, "discard", have.Discard, want.Discard, false)
	compare(d, "max messages per subject", have.MaxMsgsPerSubject, want.MaxMsgsPerSubject, false)
	compare(d, "allow direct", have.AllowDirect, want.AllowDirect, false)
	compare(d, "allow rollup", have.AllowRollup, want.AllowRollup, false)
	compare(d, "subject transform", transform(have), transform(want), false)
	merged = have
	merged.SubjectTransform = want.SubjectTransform
	merged.Description, merged.Subjects, merged.Replicas = want.Description, want.Subjects, want.Replicas
	merged.MaxAge, merged.Duplicates, merged.Discard = want.MaxAge, want.Duplicates, want.Discard
	merged.MaxMsgsPerSubject, merged.AllowDirect, merged.AllowRollup = want.MaxMsgsPerSubject, want.AllowDirect, want.AllowRollup
	return d.fields, merged
}

func transform(config jetstream.StreamConfig) string {
	if config.SubjectTransform == nil {
		return "none"
	}
	return config.SubjectTransform.Source + " to " + config.SubjectTransform.Destination
}

func diffConsumer(have, want jetstream.ConsumerConfig) (fields []Field, merged jetstream.ConsumerConfig) {
	d := &diff{}
	compare(d, "ack policy", have.AckPolicy, want.AckPolicy, true)
	compare(d, "deliver policy", have.DeliverPolicy, want.DeliverPolicy, true)
	compare(d, "replay policy", have.ReplayPolicy, want.ReplayPolicy, true)
	compare(d, "deliver subject", have.DeliverSubject, want.DeliverSubject, true)
	compare(d, "description", have.Description, want.Description, false)
	compare(d, "filter", strings.TrimSpace(have.FilterSubject+" "+list(have.FilterSubjects)), want.FilterSubject, false)
	compare(d, "ack wait", have.AckWait, want.AckWait, false)
	compare(d, "backoff", fmt.Sprint(have.BackOff), fmt.Sprint(want.BackOff), false)
	compare(d, "max deliver", have.MaxDeliver, want.MaxDeliver, false)
	compare(d, "max ack pending", have.MaxAckPending, want.MaxAckPending, false)
	merged = have
	merged.Description, merged.FilterSubject, merged.FilterSubjects = want.Description, want.FilterSubject, nil
	merged.AckWait, merged.BackOff, merged.MaxDeliver, merged.MaxAckPending = want.AckWait, nil, want.MaxDeliver, want.MaxAckPending
	return d.fields, merged
}

// fixedError says what to do about settings that the server cannot change.
func fixedError(change Change, remove string) error {
	var parts []string
	for _, f := range change.Fields {
		if f.Fixed {
			parts = append(parts, fmt.Sprintf("%s is %s, want %s", f.Name, f.From, f.To))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return fmt.Errorf("%s %s: %s; this cannot be changed in place: %s, then apply again",
		change.Kind, change.Name, strings.Join(parts, "; "), remove)
}
