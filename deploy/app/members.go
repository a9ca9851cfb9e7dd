package app

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"careerstream/publish/feed"
	"careerstream/schemas/fault"
)

// Timing of membership. A dead process is missed after memberTTL, and its
// partitions are free when their leases have run out besides.
const (
	memberBeat = 500 * time.Millisecond
	memberTTL  = 2500 * time.Millisecond
	membersKey = "quiz-members"
)

// members shares partitions between the processes that run their sinks. It only
// says who should try for what: that one alone writes is the lease's part, so
// two processes that see the members differently do no harm.
type members struct {
	bucket feed.Bucket
	log    *slog.Logger
	me     string
	now    func() time.Time

	// runs lists the partitions that this process can write.
	runs []int

	mu sync.Mutex
	// alive lists by partition who can write it and lives, sorted.
	alive map[int][]string
	// seen is when each member's count last changed, by our own clock.
	seen map[string]sightedMember
}

// member is what a process tells of itself.
type member struct {
	// Count goes up while it lives.
	Count uint64 `json:"count"`
	// Runs lists the partitions that it can write.
	Runs []int `json:"runs"`
}

type sightedMember struct {
	count uint64
	at    time.Time
}

func newMembers(bucket feed.Bucket, log *slog.Logger) *members {
	return &members{bucket: bucket, log: log, me: rand.Text(), now: time.Now, seen: map[string]sightedMember{}}
}

// wants reports whether this process should have a partition.
func (m *members) wants(partition int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	alive := m.alive[partition]
	return len(alive) == 0 || alive[partition%len(alive)] == m.me
}

// run keeps this process a member until ctx ends.
func (m *members) run(ctx context.Context) error {
	ticker := time.NewTicker(memberBeat)
	defer ticker.Stop()
	failed := false
	for {
		err := m.beat(ctx)
		if err != nil && !failed && ctx.Err() == nil {
			m.log.Debug("cannot tell other processes of this one", "err", err)
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = m.update(leave, func(counts map[string]member) { delete(counts, m.me) }) // we are missed soon anyway
			return nil
		case <-ticker.C:
		}
	}
}

// beat counts this process up, and notes who else does.
func (m *members) beat(ctx context.Context) error {
	return m.update(ctx, func(counts map[string]member) {
		counts[m.me] = member{counts[m.me].Count + 1, m.runs}
		m.mu.Lock()
		defer m.mu.Unlock()
		now := m.now()
		alive := map[int][]string{}
		for id, other := range counts {
			known, ok := m.seen[id]
			if !ok || known.count != other.Count {
				known = sightedMember{other.Count, now}
				m.seen[id] = known
			}
			if now.Sub(known.at) < memberTTL {
				for _, partition := range other.Runs {
					alive[partition] = append(alive[partition], id)
				}
			} else {
				delete(counts, id)
				delete(m.seen, id)
			}
		}
		for _, ids := range alive {
			slices.Sort(ids)
		}
		m.alive = alive
	})
}

// update changes the members by compare-and-set.
func (m *members) update(ctx context.Context, change func(map[string]member)) error {
	for {
		value, revision, err := m.bucket.Get(ctx, membersKey)
		if err != nil {
			return err
		}
		counts := map[string]member{}
		if len(value) > 0 {
			if err := json.Unmarshal(value, &counts); err != nil {
				return fmt.Errorf("read members: %w", err)
			}
		}
		change(counts)
		value, err = json.Marshal(counts)
		if err != nil {
			return fmt.Errorf("encode members: %w", err)
		}
		if _, err = m.bucket.Put(ctx, membersKey, value, revision); !errors.Is(err, fault.Conflict) {
			return err
		}
	}
}
