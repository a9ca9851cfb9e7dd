package reconcile

import (
	"context"
	"strconv"

	"careerstream/publish/feed"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/stream"
)

// latest compares careers and the bucket with the last version of each career
// up to the start of the run. career_versions stands for the stream: that they
// agree is proved sequence by sequence.
func (r *run) latest(ctx context.Context) (careers, bucket *LatestReport, err error) {
	end, ok := r.ends[stream.Published]
	if !ok {
		return nil, nil, nil
	}
	result, err := r.Store.Query(ctx, "SELECT v.slug, v.newest, v.seq, c.version FROM"+
		" (SELECT slug, max(version) AS newest, argMax(_seq, version) AS seq FROM "+r.Store.Table(clickhouse.CareerVersions)+
		" WHERE _stream = {stream:String} AND _seq <= {to:UInt64} GROUP BY slug) AS v"+
		" LEFT JOIN (SELECT slug, version FROM "+r.Store.Table(clickhouse.Careers)+" FINAL) AS c ON c.slug = v.slug ORDER BY v.slug",
		store.QueryOptions{Parameters: map[string]string{"stream": stream.Published, "to": strconv.FormatUint(end.Last, 10)}})
	if err != nil {
		return nil, nil, err
	}
	careers = &LatestReport{}
	if r.Bucket != nil {
		bucket = &LatestReport{}
	}
	undelivered := r.letters.open(stream.Feed, stream.Published, 1, end.Last)
	for _, row := range result.Rows {
		slug, version, seq := row[0].(string), row[1].(uint64), row[2].(uint64)
		careers.Checked++
		if row[3].(uint64) < version {
			careers.add(slug)
		}
		if bucket == nil || undelivered[seq] {
			continue
		}
		bucket.Checked++
		value, _, err := r.Bucket.Get(ctx, slug)
		if err != nil {
			return nil, nil, err
		}
		if held, err := feed.VersionOf(value); err != nil || held < version {
			bucket.add(slug)
		}
	}
	return careers, bucket, nil
}
