package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"careerstream/deploy/broker"
	"careerstream/publish/sink"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// sinkSpec says what a sink reads and what it makes of it.
type sinkSpec struct {
	name, stream string
	// subject bounds the sink to a part of the stream; "" is all of it.
	subject string
	encoder func() sink.Encoder
	// partition counts the sinks that processes share; -1 for others.
	partition int
	// config holds the bounds of a batch; zero takes the defaults.
	config sink.Config
}

// log opens what the sink reads.
func (s sinkSpec) log(conn *broker.Conn) sink.Log {
	if s.subject == "" {
		return conn.Log(s.stream)
	}
	return conn.Part(s.stream, s.subject)
}

func sinks() []sinkSpec {
	specs := []sinkSpec{
		{name: sink.PagesSink, stream: stream.Pages, encoder: sink.Pages, partition: -1},
		{name: sink.ChecksSink, stream: stream.Checks, encoder: sink.Checks, partition: -1},
		{name: sink.ReadSink, stream: stream.Read, encoder: sink.Readings, partition: -1},
		{name: sink.RunsSink, stream: stream.Runs, encoder: sink.Runs, partition: -1},
		{name: sink.RecordsSink, stream: stream.Published, encoder: sink.Records, partition: -1},
		{name: sink.HeldSink, stream: stream.Held, encoder: sink.Held, partition: -1},
		{name: sink.DriftSink, stream: stream.Drift, encoder: sink.Drift, partition: -1},
		{name: sink.LettersSink, stream: stream.Dead, encoder: sink.Letters, partition: -1},
	}
	bounds := sink.Config{MaxRows: sink.OutcomesMaxRows, MaxBytes: sink.OutcomesMaxBytes, Linger: sink.OutcomesLinger, LeaseTTL: outcomesLease}
	for partition := range subject.QuizPartitions {
		specs = append(specs, sinkSpec{
			name: sink.OutcomesSink(partition), stream: stream.Quiz, subject: subject.QuizPartition(partition),
			encoder: sink.Outcomes, partition: partition, config: bounds,
		})
	}
	return specs
}

// outcomesLease is short, so that a dead process is soon replaced.
const outcomesLease = 3 * time.Second

// quizStages stands for the sinks of all partitions in a list of stages.
const quizStages = "quiz"

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
// alone, "quiz" for the sinks of all partitions of outcomes. An unknown name is an error that lists the known ones.
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
		if name == quizStages {
			for partition := range subject.QuizPartitions {
				names = append(names, sink.OutcomesSink(partition))
			}
			continue
		}
		if !slices.Contains(StageNames(), name) {
			return nil, fmt.Errorf("no stage %q; there are all, none, quiz, %s", name, strings.Join(StageNames(), ", "))
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
