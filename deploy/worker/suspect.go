package worker

import (
	"context"
	"strconv"

	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// A message that was delivered very often is suspected of killing the process.
// But deliveries count restarts and delayed retries, too, so before such a
// message is tried a mark is stored, and removed at any verdict, a stop
// included. A mark that is found is proof: a process died at it.

func (e *engine) suspectKey(d *delivery) string {
	return "suspect." + e.spec.Stream + "." + e.spec.Name + "." + strconv.FormatUint(d.raw.Seq, 10)
}

func (e *engine) suspect(ctx context.Context, d *delivery) error {
	if d.suspected || d.deliveries <= uint64(e.tune.CrashLimit) {
		return nil
	}
	bucket := e.conn.Bucket(stream.Marks)
	value, revision, err := bucket.Get(ctx, e.suspectKey(d))
	if err != nil {
		return err
	}
	if value != nil {
		d.suspected = true
		return fault.New(fault.CrashLoop, "the process died on %s %d, last at delivery %s of %d", e.spec.Stream, d.raw.Seq, value, d.deliveries)
	}
	e.log.Warn("message delivered very often; watching it for a crash", "seq", d.raw.Seq, "subject", d.raw.Subject, "deliveries", d.deliveries)
	if _, err := bucket.Put(ctx, e.suspectKey(d), strconv.AppendUint(nil, d.deliveries, 10), revision); err != nil {
		return err
	}
	d.suspected = true
	return nil
}

func (e *engine) unsuspect(ctx context.Context, d *delivery) {
	if !d.suspected {
		return
	}
	if err := e.conn.Bucket(stream.Marks).Delete(context.WithoutCancel(ctx), e.suspectKey(d)); err != nil {
		e.log.Warn("mark of a suspected message stays", "seq", d.raw.Seq, "error", err)
	}
}
