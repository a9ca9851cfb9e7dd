package bench

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"careerstream/publish/intake"
	"careerstream/publish/store"
	"careerstream/schemas/clickhouse"
)

// sent is a publication whose row is not yet seen.
type sent struct {
	id string
	at time.Time
}

// visible measures the time from before a publication until a query returns
// its row, at a steady rate.
func (b *bench) visible(ctx context.Context) (err error) {
	n := b.Rate * b.Seconds
	if n == 0 {
		return nil
	}
	stop, err := b.pipeline(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	s, err := b.simulation(2, n)
	if err != nil {
		return err
	}
	all := make([]intake.Message, 0, n)
	seen := make(map[string]bool, n)
	if err := s.Each(ctx, func(id, body []byte) error {
		if !seen[string(id)] {
			seen[string(id)] = true
			all = append(all, intake.Message{ID: string(id), Body: slices.Clone(body)})
		}
		return nil
	}); err != nil {
		return err
	}
	news := make(chan sent, n)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(news)
		const tick = 10 * time.Millisecond
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		begin, done := time.Now(), 0
		for done < len(all) {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-ticker.C:
			}
			due := min(len(all), int(time.Since(begin).Seconds()*float64(b.Rate)))
			if due == done {
				continue
			}
			at := time.Now()
			if _, err := b.engines.Broker.PublishOutcomes(ctx, all[done:due]); err != nil {
				return err
			}
			for _, m := range all[done:due] {
				news <- sent{m.ID, at}
			}
			done = due
		}
		return nil
	})
	var waits []time.Duration
	group.Go(func() (err error) { waits, err = b.watch(ctx, news); return err })
	if err := group.Wait(); err != nil {
		return err
	}
	slices.Sort(waits)
	b.f.P50, b.f.P99 = waits[len(waits)/2].Seconds(), waits[len(waits)*99/100].Seconds()
	b.Say("visible after a publication at %d/s: p50 %.3f s, p99 %.3f s", b.Rate, b.f.P50, b.f.P99)
	return nil
}

// watch asks again and again which rows are there.
func (b *bench) watch(ctx context.Context, news <-chan sent) ([]time.Duration, error) {
	info, err := b.engines.Store.Query(ctx, "SELECT max(_seq) FROM "+b.engines.Store.Table(clickhouse.QuizOutcomes), store.QueryOptions{})
	if err != nil {
		return nil, err
	}
	from := info.Rows[0][0].(uint64)
	waiting := map[string]time.Time{}
	early := map[string]time.Time{}
	var waits []time.Duration
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	open := true
	for open || len(waiting) > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-ticker.C:
		}
		result, err := b.engines.Store.Query(ctx, "SELECT toString(outcome_id) FROM "+b.engines.Store.Table(clickhouse.QuizOutcomes)+
			" WHERE _stored > now64(3) - 5 AND _seq > {from:UInt64}", store.QueryOptions{Parameters: map[string]string{"from": strconv.FormatUint(from, 10)}})
		if err != nil {
			return nil, err
		}
		now := time.Now()
	drain:
		for {
			select {
			case m, ok := <-news:
				if !ok {
					open, news = false, nil
					break drain
				}
				waiting[m.id] = m.at
				if at, ok := early[m.id]; ok {
					waits = append(waits, at.Sub(m.at))
					delete(waiting, m.id)
				}
			default:
				break drain
			}
		}
		for _, row := range result.Rows {
			id := row[0].(string)
			if at, ok := waiting[id]; ok {
				waits = append(waits, now.Sub(at))
				delete(waiting, id)
			} else if _, ok := early[id]; !ok {
				early[id] = now
			}
		}
	}
	if len(waits) == 0 {
		return nil, errors.New("no row was seen")
	}
	return waits, nil
}
