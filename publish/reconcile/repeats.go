package reconcile

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"careerstream/publish/sink"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/outcome"
	"careerstream/schemas/subject"
)

// outcomes is the stream of quiz outcomes, which several sinks store together.
func outcomes(log sink.Log) Stream {
	var reader outcome.Reader
	s := Stream{Sink: strings.TrimSuffix(sink.OutcomesSinks, "-"), Log: log, Table: clickhouse.QuizOutcomes, Identity: &Identity{
		Column: "outcome_id",
		Of: func(raw sink.Raw) (string, error) {
			row, err := reader.Read(raw.Header, raw.Body, raw.Stored)
			if err != nil {
				return "", err
			}
			return row.UUID(), nil
		},
	}}
	for partition := range subject.QuizPartitions {
		s.Stages = append(s.Stages, sink.OutcomesSink(partition))
	}
	return s
}

func (s Stream) stages() []string {
	if len(s.Stages) > 0 {
		return s.Stages
	}
	return []string{s.Sink}
}

// repeats tells messages that are missing from those that repeat an earlier
// one. It asks for many at once.
type repeats struct {
	*run
	stream Stream
	out    *StreamReport
	asked  []asked
	err    error
}

type asked struct {
	id  string
	seq uint64
}

// askedAtOnce keeps a query under ClickHouse's default limit of its text.
const askedAtOnce = 4000

func (r *repeats) add(ctx context.Context, raw sink.Raw) {
	if r.stream.Identity == nil {
		r.out.Missing.add(raw.Seq)
		return
	}
	id, err := r.stream.Identity.Of(raw)
	if err != nil {
		r.out.Missing.add(raw.Seq)
		return
	}
	r.asked = append(r.asked, asked{id, raw.Seq})
	if len(r.asked) == askedAtOnce && r.err == nil {
		r.err = r.settle(ctx)
	}
}

// settle decides about the messages in hand. A repeat counts as such only when
// the row that is kept comes from an earlier message.
func (r *repeats) settle(ctx context.Context) error {
	if r.err != nil || len(r.asked) == 0 {
		return r.err
	}
	ids := make([]string, len(r.asked))
	for i, a := range r.asked {
		ids[i] = "'" + a.id + "'"
	}
	column := r.stream.Identity.Column
	result, err := r.Store.Query(ctx, "SELECT toString("+column+"), min(_seq) FROM "+r.Store.Table(r.stream.Table)+
		" WHERE _stream = {stream:String} AND "+column+" IN ("+strings.Join(ids, ",")+") GROUP BY "+column,
		store.QueryOptions{Parameters: map[string]string{"stream": r.stream.Log.Name()}})
	if err != nil {
		return err
	}
	first := make(map[string]uint64, len(result.Rows))
	for _, row := range result.Rows {
		first[row[0].(string)] = row[1].(uint64)
	}
	slices.SortFunc(r.asked, func(a, b asked) int { return cmp.Compare(a.seq, b.seq) })
	for _, a := range r.asked {
		if seq, ok := first[a.id]; ok && seq < a.seq {
			r.out.Repeated++
		} else {
			r.out.Missing.add(a.seq)
		}
	}
	r.asked = r.asked[:0]
	return nil
}
