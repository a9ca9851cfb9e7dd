package reconcile

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"careerstream/publish/feed"
	"careerstream/publish/sink"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/stream"
)

// Config of a run.
type Config struct {
	// Streams to look at, with the sink that stores each.
	Streams []Stream
	// Dead is the stream of dead letters.
	Dead sink.Log
	// Store has the tables.
	Store *store.Store
	// Bucket of latest records; nil leaves it out.
	Bucket feed.Bucket
	// From and To bound the sequences of every stream; 0 means no bound.
	From, To uint64
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Patience is how long a stream may be silent while it is read; default
	// 10 s. A message that is known to be deleted is not waited for.
	Patience time.Duration
}

// Stream is a stream with its sink.
type Stream struct {
	// Sink names it.
	Sink string
	// Stages of its dead letters; none stands for Sink.
	Stages []string
	Log    sink.Log
	// Table has at least one row for each message stored.
	Table string
	// Identity, when set, tells repeats: a message whose identity an earlier one
	// stored adds no row.
	Identity *Identity
}

// Identity is what two messages of one fact have in common.
type Identity struct {
	// Column of the table, of type UUID.
	Column string
	// Of reads it from a message in its text form.
	Of func(sink.Raw) (string, error)
}

// Streams lists every sink, reading from the streams that log opens.
func Streams(log func(name string) sink.Log) []Stream {
	return []Stream{
		{Sink: sink.PagesSink, Log: log(stream.Pages), Table: clickhouse.PageFetches},
		{Sink: sink.RecordsSink, Log: log(stream.Published), Table: clickhouse.CareerVersions},
		{Sink: sink.LettersSink, Log: log(stream.Dead), Table: clickhouse.DeadLetterEvents},
		outcomes(log(stream.Quiz)),
	}
}

// Run compares streams and tables. It reads counts of stretches of sequences
// first, and looks closer only where they do not fit. An error means that the
// comparison could not be made; what does not agree is in the report.
func Run(ctx context.Context, cfg Config) (Report, error) {
	cfg.Patience = cmp.Or(cfg.Patience, 10*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.To != 0 && cfg.From > cfg.To {
		return Report{}, fmt.Errorf("reconcile: range %d..%d is empty", cfg.From, cfg.To)
	}
	begin := cfg.Now()
	report := Report{Started: begin.UTC(), Streams: []StreamReport{}}
	r := &run{Config: cfg, ends: make(map[string]sink.LogInfo)}
	// Every end is fixed before anything is read, or a message that is
	// published meanwhile would count in one place and not in the other.
	for _, s := range cfg.Streams {
		info, err := s.Log.Info(ctx)
		if err != nil {
			return report, fmt.Errorf("reconcile stream %s: %w", s.Log.Name(), err)
		}
		r.ends[s.Log.Name()] = info
	}
	var err error
	if r.letters, err = r.readLetters(ctx); err != nil {
		return report, fmt.Errorf("reconcile: read dead letters: %w", err)
	}
	for _, s := range cfg.Streams {
		out, err := r.stream(ctx, s)
		if err != nil {
			return report, fmt.Errorf("reconcile stream %s: %w", s.Log.Name(), err)
		}
		report.Streams = append(report.Streams, out)
	}
	if cfg.From <= 1 && cfg.To == 0 {
		if report.Careers, report.Bucket, err = r.latest(ctx); err != nil {
			return report, fmt.Errorf("reconcile careers: %w", err)
		}
	}
	report.OK = report.ok()
	report.Took = cfg.Now().Sub(begin).Seconds()
	return report, nil
}

type run struct {
	Config
	ends    map[string]sink.LogInfo
	letters letters
}

// stretch is how many sequences are compared by their count alone.
const stretch = 10_000

type span struct{ from, to uint64 }

func (r *run) stream(ctx context.Context, s Stream) (StreamReport, error) {
	info := r.ends[s.Log.Name()]
	out := StreamReport{Sink: s.Sink, Stream: s.Log.Name(), Table: s.Table, Incarnation: info.Incarnation, From: max(r.From, 1), To: info.Last}
	if r.To != 0 {
		out.To = min(r.To, info.Last)
	}
	if out.From > out.To {
		return out, nil
	}
	counts, err := r.count(ctx, s, out.From, out.To)
	if err != nil {
		return out, err
	}
	open := make(map[uint64]bool)
	for _, stage := range s.stages() {
		maps.Copy(open, r.letters.open(stage, s.Log.Name(), out.From, out.To))
	}
	dead := make(map[uint64]bool)
	for seq := range open {
		dead[seq/stretch] = true
	}
	var suspects []span
	for number := out.From / stretch; number <= out.To/stretch; number++ {
		part := span{max(number*stretch, out.From), min(number*stretch+stretch-1, out.To)}
		c := counts[number]
		if size := part.to - part.from + 1; c.rows == size && c.sequences == size && !dead[number] {
			out.Stored += size
			continue
		}
		if c.rows == 0 && !dead[number] {
			suspects = join(suspects, []span{part})
			continue
		}
		found, err := r.examine(ctx, s, part, open, &out)
		if err != nil {
			return out, err
		}
		suspects = join(suspects, found)
	}
	repeats := &repeats{run: r, stream: s, out: &out}
	if err := scanAll(ctx, s.Log, suspects, r.Patience, func(raw sink.Raw) { repeats.add(ctx, raw) }); err != nil {
		return out, err
	}
	if err := repeats.settle(ctx); err != nil {
		return out, err
	}
	out.Published = out.Stored + out.Repeated + out.DeadLettered + out.Missing.Count
	return out, nil
}

type counted struct{ rows, sequences uint64 }

// count gives the rows and the different sequences of every stretch.
func (r *run) count(ctx context.Context, s Stream, from, to uint64) (map[uint64]counted, error) {
	rows, err := r.query(ctx, "SELECT intDiv(_seq, "+strconv.Itoa(stretch)+") AS number, count(), uniqExact(_seq) FROM "+r.Store.Table(s.Table)+
		" WHERE _stream = {stream:String} AND _seq BETWEEN {from:UInt64} AND {to:UInt64} GROUP BY number", s, from, to)
	if err != nil {
		return nil, err
	}
	counts := make(map[uint64]counted, len(rows))
	for _, row := range rows {
		counts[row[0].(uint64)] = counted{row[1].(uint64), row[2].(uint64)}
	}
	return counts, nil
}

// examine looks at one stretch sequence by sequence, and returns those that are
// neither stored nor dead-lettered. They may not exist in the stream either.
func (r *run) examine(ctx context.Context, s Stream, part span, open map[uint64]bool, out *StreamReport) ([]span, error) {
	rows, err := r.query(ctx, "SELECT _seq, count() FROM "+r.Store.Table(s.Table)+
		" WHERE _stream = {stream:String} AND _seq BETWEEN {from:UInt64} AND {to:UInt64} GROUP BY _seq", s, part.from, part.to)
	if err != nil {
		return nil, err
	}
	times := make(map[uint64]uint64, len(rows))
	for _, row := range rows {
		times[row[0].(uint64)] = row[1].(uint64)
	}
	var missing []span
	for seq := part.from; seq <= part.to; seq++ {
		n := times[seq]
		switch {
		case n == 0 && open[seq]:
			out.DeadLettered++
		case n == 0:
			missing = join(missing, []span{{seq, seq}})
		default:
			out.Stored++
			if open[seq] {
				out.Both.add(seq)
			}
			if n > 1 {
				out.Double.add(seq)
			}
		}
	}
	return missing, nil
}

func (r *run) query(ctx context.Context, sql string, s Stream, from, to uint64) ([][]any, error) {
	result, err := r.Store.Query(ctx, sql, store.QueryOptions{Parameters: map[string]string{
		"stream": s.Log.Name(), "from": strconv.FormatUint(from, 10), "to": strconv.FormatUint(to, 10),
	}})
	return result.Rows, err
}

// join appends spans, and makes one of two that touch.
func join(list, more []span) []span {
	for _, s := range more {
		if n := len(list); n > 0 && list[n-1].to+1 == s.from {
			list[n-1].to = s.to
			continue
		}
		list = append(list, s)
	}
	return list
}
