package app

import (
	"fmt"
	"slices"
	"strings"

	"careerstream/publish/sink"
	"careerstream/schemas/stream"
)

// sinkSpec says what a sink reads and what it makes of it.
type sinkSpec struct {
	name, stream string
	encoder      func() sink.Encoder
}

func sinks() []sinkSpec {
	return []sinkSpec{
		{sink.PagesSink, stream.Pages, sink.Pages},
		{sink.RecordsSink, stream.Published, sink.Records},
		{sink.LettersSink, stream.Dead, sink.Letters},
	}
}

// StageNames returns every stage that a process can run, in the order of a
// page's way.
func StageNames() []string {
	var names []string
	for _, consumer := range stream.Consumers() {
		names = append(names, consumer.Name)
	}
	for _, s := range sinks() {
		names = append(names, s.name)
	}
	return names
}

// ParseStages reads a list such as "normalize,enrich"; "all" and "none" stand
// alone. An unknown name is an error that lists the known ones.
func ParseStages(list string) ([]string, error) {
	switch list {
	case "", "all":
		return StageNames(), nil
	case "none":
		return nil, nil
	}
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(StageNames(), name) {
			return nil, fmt.Errorf("no stage %q; there are all, none, %s", name, strings.Join(StageNames(), ", "))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// HasSink tells whether a process with these stages stores anything.
func HasSink(stages []string) bool {
	return slices.ContainsFunc(sinks(), func(s sinkSpec) bool { return slices.Contains(stages, s.name) })
}
