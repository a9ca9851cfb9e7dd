package catalog

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/subject"
)

// Catalog is the index. It is safe for concurrent use; Apply is called by one
// goroutine at a time.
type Catalog struct {
	inflect inflector

	mu       sync.RWMutex
	position uint64
	careers  map[string]*entry
	names    map[string]*node
	// moved is closed and replaced whenever position moves; at is when it last did.
	moved chan struct{}
	at    time.Time
}

// entry is one career.
type entry struct {
	slug string
	// seq of its latest record.
	seq uint64
	// bears are the names of the latest record; bore also those of all earlier ones.
	bears map[*node]rank
	bore  []*node
	// refs are the names that the latest record refers to.
	refs []*node
	// types are those among them that it lists as types; typed also those that
	// all earlier ones listed.
	types []typeName
	typed []*node
}

// typeName is a name as a page lists it as a type.
type typeName struct {
	node *node
	name string
}

// node is one name.
type node struct {
	// bearers of the name now.
	bearers map[*entry]rank
	// referrers are the careers whose latest record refers to the name, by slug.
	referrers []*entry
	// touched is the sequence of the last message that changed bearers.
	touched uint64
	// typed is the sequence of the last message that began or ceased to list the
	// name as a type; 0 before the first.
	typed uint64
}

// New returns an empty catalog at position 0.
func New() *Catalog {
	return &Catalog{
		inflect: newInflector(),
		careers: make(map[string]*entry),
		names:   make(map[string]*node),
		moved:   make(chan struct{}),
	}
}

// Apply takes the next message of the normalized stream. Messages come in the
// order of their sequences, from the stream's first one on; a message at or
// before Position is a repeat and changes nothing. A message that is no
// normalized record gives an error (see Decode), which is for the log: the
// position moves on all the same, since nothing else can be done about it here.
func (c *Catalog) Apply(m event.Message) error {
	if m.Seq <= c.Position() {
		return nil
	}
	n, err := Decode(m)
	var claims map[string]rank
	if err == nil {
		claims = c.inflect.claims(&n.Record)
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.put(m.Seq, &n.Record, claims)
	}
	c.position, c.at = m.Seq, time.Now()
	close(c.moved)
	c.moved = make(chan struct{})
	return err
}

// Decode reads a normalized record and checks that it is the one its subject
// names. Errors are fault.UnknownType and fault.SchemaViolation.
func Decode(m event.Message) (career.Normalized, error) {
	if m.Event.Type != event.RecordNormalized {
		return career.Normalized{}, fault.New(fault.UnknownType, "%s %d: type is %q, want %q", m.Stream, m.Seq, m.Event.Type, event.RecordNormalized)
	}
	n, err := event.Data[career.Normalized](m)
	if err != nil {
		return career.Normalized{}, err
	}
	if n.Record.Slug == "" || m.Subject != subject.Normalized(n.Record.Slug) {
		return career.Normalized{}, fault.New(fault.SchemaViolation, "%s %d: record of %q is on subject %s", m.Stream, m.Seq, n.Record.Slug, m.Subject)
	}
	return n, nil
}

// put makes r the latest record of its career.
func (c *Catalog) put(seq uint64, r *career.Record, claims map[string]rank) {
	e := c.careers[r.Slug]
	if e == nil {
		e = &entry{slug: r.Slug, bears: make(map[*node]rank)}
		c.careers[e.slug] = e
	}
	e.seq = seq

	bears := make(map[*node]rank, len(claims))
	for key, as := range claims {
		n := c.node(key)
		bears[n] = as
		if before, bore := e.bears[n]; bore && before == as {
			continue
		}
		n.bearers[e] = as
		n.touched = seq
		if !slices.Contains(e.bore, n) {
			e.bore = append(e.bore, n)
		}
	}
	for n := range e.bears {
		if _, still := bears[n]; !still {
			delete(n.bearers, e)
			n.touched = seq
		}
	}
	e.bears = bears

	refs := []*node{c.node(intoKey(r.Slug))}
	for _, ref := range References(r) {
		if key := Key(ref.Name); key != "" {
			if n := c.node(key); !slices.Contains(refs, n) {
				refs = append(refs, n)
			}
		}
	}
	for _, n := range e.refs {
		if at, found := n.referrer(e.slug); found && !slices.Contains(refs, n) {
			n.referrers = slices.Delete(n.referrers, at, at+1)
		}
	}
	for _, n := range refs {
		if at, found := n.referrer(e.slug); !found {
			n.referrers = slices.Insert(n.referrers, at, e)
		}
	}
	e.refs = slices.Clip(refs)
	c.putTypes(e, r)
}

// putTypes makes r's types the ones that e lists.
func (c *Catalog) putTypes(e *entry, r *career.Record) {
	before := make(map[typeName]bool, len(e.types))
	for _, t := range e.types {
		before[t] = true
	}
	ever := make(map[*node]bool, len(e.typed))
	for _, n := range e.typed {
		ever[n] = true
	}
	types := make([]typeName, 0, len(r.Types))
	now := make(map[typeName]bool, len(r.Types))
	for _, typ := range r.Types {
		key := Key(typ.Name)
		if key == "" {
			continue
		}
		t := typeName{c.node(key), typ.Name}
		if now[t] {
			continue
		}
		now[t] = true
		types = append(types, t)
		if !before[t] {
			t.node.typed = e.seq
		}
		if !ever[t.node] {
			ever[t.node] = true
			e.typed = append(e.typed, t.node)
		}
	}
	for t := range before {
		if !now[t] {
			t.node.typed = e.seq
		}
	}
	e.types = types
}

func (c *Catalog) node(key string) *node {
	n := c.names[key]
	if n == nil {
		n = &node{bearers: make(map[*entry]rank, 1)}
		c.names[key] = n
	}
	return n
}

func (n *node) referrer(slug string) (int, bool) {
	return slices.BinarySearchFunc(n.referrers, slug, func(e *entry, slug string) int { return cmp.Compare(e.slug, slug) })
}

// Position is the sequence of the last message applied; 0 before the first.
func (c *Catalog) Position() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.position
}

// Len is the number of careers.
func (c *Catalog) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.careers)
}

// WaitFor blocks until Position is at least seq. When ctx ends before, it
// returns a fault.Timeout that wraps the cause.
func (c *Catalog) WaitFor(ctx context.Context, seq uint64) error {
	for {
		c.mu.RLock()
		position, moved := c.position, c.moved
		c.mu.RUnlock()
		if position >= seq {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fault.New(fault.Timeout, "wait for the catalog, which is at %d, to reach %d: %w", position, seq, context.Cause(ctx))
		}
	}
}

// Settle blocks until the catalog is ahead messages beyond seq, or has not moved
// for quiet. It only waits: whatever it is given, answers stay the same functions
// of the position. When ctx ends before, it returns a fault.Timeout.
func (c *Catalog) Settle(ctx context.Context, seq, ahead uint64, quiet time.Duration) error {
	for {
		c.mu.RLock()
		position, moved, rest := c.position, c.moved, quiet-time.Since(c.at)
		c.mu.RUnlock()
		if position >= seq+ahead || rest <= 0 {
			return nil
		}
		timer := time.NewTimer(rest)
		select {
		case <-moved:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fault.New(fault.Timeout, "wait for the catalog to settle at %d: %w", position, context.Cause(ctx))
		}
		timer.Stop()
	}
}

// Affected returns the careers, sorted and without slug itself, whose record the
// message seq of the career slug has changed last, and no later message up to
// Position changes again. They refer to a name that it took, gave up or holds in
// another rank since; or they bear a name that it began or ceased to list as a
// type, or a name listed so that it took or gave up beside them. So a message that
// changes no name affects nobody, and of many that change one career the last one
// alone counts.
//
// It needs Position to be at least seq. The answer for a message may shrink as
// the position moves on, and then a later message has taken it over: whoever
// handles every message at least once, each at a position at or after it, has
// seen every career at or after its last change.
func (c *Catalog) Affected(slug string, seq uint64) []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e := c.careers[slug]
	if e == nil {
		return nil
	}
	found := make(map[*entry]bool)
	look := func(other *entry) {
		if other != e && !found[other] && other.lastChange() == seq {
			found[other] = true
		}
	}
	for _, n := range e.bore {
		if n.touched != seq {
			continue
		}
		for _, r := range n.referrers {
			look(r)
		}
		if n.typed > 0 {
			n.eachBearer(look)
		}
	}
	for _, n := range e.typed {
		if n.typed == seq {
			n.eachBearer(look)
		}
	}
	slugs := make([]string, 0, len(found))
	for r := range found {
		slugs = append(slugs, r.slug)
	}
	slices.Sort(slugs)
	return slugs
}

func (n *node) eachBearer(look func(*entry)) {
	for e := range n.bearers {
		look(e)
	}
}

// lastChange is the last message that changed the record, its links, or who
// lists it as a type.
func (e *entry) lastChange() uint64 {
	last := e.seq
	for _, n := range e.refs {
		last = max(last, n.touched)
	}
	for n := range e.bears {
		if n.typed > 0 {
			last = max(last, n.touched, n.typed)
		}
	}
	return last
}
