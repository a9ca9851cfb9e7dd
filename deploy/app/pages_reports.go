package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	webpages "careerstream/publish/pages"
	"careerstream/publish/report"
	"careerstream/publish/store"
)

// pagesReports asks ClickHouse, for what many readers look at not more often than
// now and then.
type pagesReports struct {
	pipeline *Pipeline
	store    *store.Store
	activity *pagesRecent[webpages.Activity]
	ages     *pagesRecent[[]webpages.Age]
}

var _ webpages.Reports = (*pagesReports)(nil)

func newPagesReports(p *Pipeline, s *store.Store) *pagesReports {
	return &pagesReports{pipeline: p, store: s, activity: &pagesRecent[webpages.Activity]{keep: 4 * time.Second}, ages: &pagesRecent[[]webpages.Age]{keep: 30 * time.Second}}
}

// State implements pages.Reports. Without sinks nobody watches ClickHouse, and the
// query tells.
func (r *pagesReports) State() (time.Time, error) {
	if r.store == nil {
		return time.Time{}, errAway
	}
	if len(r.pipeline.sinks) == 0 {
		return time.Time{}, nil
	}
	return r.pipeline.tables.state()
}

// Make implements pages.Reports.
func (r *pagesReports) Make(ctx context.Context, name string, opt report.Options) (report.Report, error) {
	return report.Make(ctx, r.store, name, opt)
}

// activityDays is how many days the overview shows.
const activityDays = 30

// Activity implements pages.Reports.
func (r *pagesReports) Activity(ctx context.Context) (webpages.Activity, error) {
	return r.activity.get(func() (webpages.Activity, error) { return r.askActivity(ctx) })
}

func (r *pagesReports) askActivity(ctx context.Context) (webpages.Activity, error) {
	part := func(i int, table, where string) string {
		return fmt.Sprintf(`SELECT toUInt64(%d) AS what, dateDiff('day', toDate(_stored, 'UTC'), toDate(now(), 'UTC')) AS back, count() AS n,
			countIf(_stored > now64(3) - INTERVAL 1 HOUR) AS hour, countIf(_stored > now64(3) - INTERVAL 1 DAY) AS day
			FROM %s WHERE %s AND _stored >= toStartOfDay(now(), 'UTC') - INTERVAL %d DAY GROUP BY back`, i, r.store.Table(table), where, activityDays-1)
	}
	result, err := r.store.Query(ctx, part(0, "page_fetches", "gone = ''")+" UNION ALL "+part(1, "career_versions", "true")+" UNION ALL "+part(2, "quiz_outcomes", "true"),
		store.QueryOptions{ReadOnly: true})
	if err != nil {
		return webpages.Activity{}, err
	}
	a := webpages.Activity{Days: make([]webpages.DayCounts, activityDays)}
	y, m, d := time.Now().UTC().Date()
	for i := range a.Days {
		a.Days[i].Day = time.Date(y, m, d-(activityDays-1-i), 0, 0, 0, 0, time.UTC)
	}
	add := func(c *webpages.Counts, what, n uint64) {
		*[]*uint64{&c.Pages, &c.Versions, &c.Outcomes}[what] += n
	}
	for _, row := range result.Rows {
		what, _ := row[0].(uint64)
		back, _ := row[1].(int64)
		n, _ := row[2].(uint64)
		hour, _ := row[3].(uint64)
		day, _ := row[4].(uint64)
		if i := activityDays - 1 - int(back); i >= 0 && i < activityDays && what < 3 {
			add(&a.Days[i].Counts, what, n)
			add(&a.Hour, what, hour)
			add(&a.Day, what, day)
		}
	}
	return a, nil
}

// Freshness implements pages.Reports.
func (r *pagesReports) Freshness(ctx context.Context) ([]webpages.Age, error) {
	return r.ages.get(func() ([]webpages.Age, error) {
		result, err := r.store.Query(ctx, "SELECT slug, career, last_verified FROM "+r.store.Table("catalog_freshness")+" WHERE status = 'active'", store.QueryOptions{ReadOnly: true})
		if err != nil {
			return nil, err
		}
		ages := make([]webpages.Age, len(result.Rows))
		for i, row := range result.Rows {
			ages[i].Slug, _ = row[0].(string)
			ages[i].Name, _ = row[1].(string)
			ages[i].Verified, _ = row[2].(time.Time)
		}
		return ages, nil
	})
}

// maxInbound bounds the careers that are named as linking to one.
const maxInbound = "60"

// Inbound implements pages.Reports.
func (r *pagesReports) Inbound(ctx context.Context, slug string) ([]webpages.Relation, error) {
	result, err := r.store.Query(ctx, "SELECT slug, career, kind FROM "+r.store.Table("career_links")+
		" WHERE linked_career = {career:String} ORDER BY career, slug, kind LIMIT 1 BY slug LIMIT "+maxInbound,
		store.QueryOptions{ReadOnly: true, Parameters: map[string]string{"career": slug}})
	if err != nil {
		return nil, err
	}
	list := make([]webpages.Relation, len(result.Rows))
	for i, row := range result.Rows {
		list[i].Slug, _ = row[0].(string)
		list[i].Name, _ = row[1].(string)
		list[i].Kind, _ = row[2].(string)
	}
	return list, nil
}

// pagesRecent keeps an answer for a short time, so that many readers cost one question.
type pagesRecent[T any] struct {
	keep time.Duration

	mu    sync.Mutex
	value T
	at    time.Time
}

// get asks where the answer is old. An error is not kept.
func (r *pagesRecent[T]) get(ask func() (T, error)) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() && time.Since(r.at) < r.keep {
		return r.value, nil
	}
	value, err := ask()
	if err != nil {
		return value, err
	}
	r.value, r.at = value, time.Now()
	return value, nil
}
