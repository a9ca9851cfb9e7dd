package intake

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"careerstream/schemas/fault"
	"careerstream/schemas/outcome"
)

// Message is an outcome to publish, as it was received.
type Message struct {
	// ID is the outcome_id, lower case.
	ID   string
	Body []byte
}

// Publisher stores outcomes in the stream.
type Publisher interface {
	// PublishOutcomes returns when the broker has all of them; duplicates are
	// those that it had already, as far back as its window goes. After an error
	// some may be stored; a repeat of the call settles it. Errors are faults.
	PublishOutcomes(ctx context.Context, messages []Message) (duplicates int, err error)
}

// Problem is why an outcome was refused, in the members of RFC 9457.
type Problem struct {
	// Type is a URN that ends in the fault kind.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Field is the path of the field that breaks a rule, or "".
	Field string `json:"field,omitempty"`
	// Line counts from 1 in what was sent; 0 where there are no lines.
	Line int `json:"line,omitempty"`
}

const unprocessable = 422

func problemOf(err error, line int) Problem {
	kind := fault.KindOf(err)
	p := Problem{
		Type: "urn:careerstream:fault:" + string(kind), Title: kind.Info().Label,
		Status: unprocessable, Detail: err.Error(), Line: line,
	}
	var field *outcome.FieldError
	if errors.As(err, &field) {
		p.Field, p.Detail = field.Field, field.Error()
	}
	return p
}

// Result counts what became of outcomes.
type Result struct {
	// Lines that were not blank.
	Lines int `json:"lines"`
	// Accepted are in the broker, Repeated of them were before.
	Accepted int `json:"accepted"`
	Repeated int `json:"repeated"`
	// Refused outcomes; Problems tell why, MaxProblems at most.
	Refused  int       `json:"refused"`
	Problems []Problem `json:"problems"`
}

// MaxProblems bounds the problems that a Result holds.
const MaxProblems = 1000

func (r *Result) refuse(p Problem) {
	r.Refused++
	if len(r.Problems) < MaxProblems {
		r.Problems = append(r.Problems, p)
	}
}

// atOnce is how many outcomes are published in one call.
const atOnce = 2000

// Lines reads NDJSON and publishes the good outcomes; a bad line harms no
// other. maxLine bounds a line in bytes. report, if not nil, hears of the
// progress. The result is right also with an error, which is the reader's, the
// publisher's or ctx's.
func Lines(ctx context.Context, from io.Reader, to Publisher, maxLine int, now func() time.Time, report func(Result)) (Result, error) {
	r := Result{Problems: []Problem{}}
	var reader outcome.Reader
	var batch []Message
	flush := func() error {
		duplicates, err := to.PublishOutcomes(ctx, batch)
		if err != nil {
			return err
		}
		r.Accepted, r.Repeated = r.Accepted+len(batch), r.Repeated+duplicates
		batch = batch[:0]
		if report != nil {
			report(r)
		}
		return nil
	}
	in := bufio.NewReaderSize(from, 64<<10)
	if start, _ := in.Peek(len(byteOrderMark)); string(start) == byteOrderMark { // an error comes back below
		_, _ = in.Discard(len(start)) // they are there
	}
	for number := 1; ; number++ {
		line, tooLong, err := readLine(in, maxLine)
		if err != nil && !errors.Is(err, io.EOF) {
			return r, fmt.Errorf("read line %d: %w", number, err)
		}
		if body := bytes.TrimSpace(line); len(body) > 0 || tooLong {
			r.Lines++
			switch row, readErr := readOne(&reader, body, tooLong, maxLine, now()); {
			case readErr != nil:
				r.refuse(problemOf(readErr, number))
			default:
				batch = append(batch, Message{row.UUID(), body})
			}
		}
		if len(batch) == atOnce || (err != nil && len(batch) > 0) {
			if flushErr := flush(); flushErr != nil {
				return r, flushErr
			}
		}
		if err != nil {
			return r, nil
		}
	}
}

// byteOrderMark is what some programs begin a UTF-8 file with; RFC 8259, section
// 8.1, allows to pass over it.
const byteOrderMark = "\uFEFF"

func readOne(reader *outcome.Reader, body []byte, tooLong bool, maxLine int, now time.Time) (*outcome.Row, error) {
	if tooLong {
		return nil, fault.New(fault.EventTooLarge, "outcome is over %d bytes", maxLine)
	}
	return reader.Read(nil, body, now)
}

// readLine reads one line in a slice of its own. A line over the limit is read
// to its end and not kept.
func readLine(in *bufio.Reader, limit int) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if !tooLong && len(line)+len(part) > limit {
			tooLong, line = true, nil
		}
		if !tooLong {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}
