package crawl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"careerstream/ingest"
	"careerstream/ingest/frontier"
	"careerstream/schemas/fault"
	"careerstream/schemas/page"
)

// maxKeptSources bounds the sources that a run's state and statement repeat.
const maxKeptSources = 4000

// plan is a Spec made ready, and the run that carries it out.
type plan struct {
	id      string
	hash    string
	started time.Time
	sources []string
	seeds   map[string]place // by key
	hosts   []string
	options Options
	follow  []*regexp.Regexp
}

// place is a URL in its one form.
type place struct{ url, host, key string }

func locate(raw string) (place, error) {
	url, site, key, err := ingest.Locate(raw)
	return place{url, site, key}, err
}

// runState is the state of the last run of some sources, in the bucket of hosts.
type runState struct {
	ID        string    `json:"id"`
	StartedAt time.Time `json:"started_at"`
	// Concluded: the statement is published.
	Concluded bool     `json:"concluded"`
	Sources   []string `json:"sources"`
	Hosts     []string `json:"hosts"`
	Options   Options  `json:"options"`
}

// SpecError says what is wrong with a Spec, before anything was asked.
type SpecError struct{ err error }

func (e SpecError) Error() string { return "plan run: " + e.err.Error() }

// Unwrap returns every finding, joined.
func (e SpecError) Unwrap() error { return e.err }

// newPlan reads a Spec. Its error names every bad source and option.
func newPlan(spec Spec) (*plan, error) {
	p := &plan{options: spec.Options.withDefaults(), seeds: map[string]place{}}
	var errs []error
	if len(spec.Sources) == 0 {
		errs = append(errs, errors.New("no source is given: name the URL of a page, a site, a sitemap or a robots.txt"))
	}
	for _, raw := range spec.Sources {
		at, err := locate(raw)
		if err != nil {
			errs = append(errs, fmt.Errorf("source %q: %w", raw, err))
			continue
		}
		p.seeds[at.key] = at
		p.hosts = append(p.hosts, at.host)
	}
	slices.Sort(p.hosts)
	p.hosts = slices.Compact(p.hosts)
	p.sources = spec.Sources[:min(len(spec.Sources), maxKeptSources)]
	if p.options.MaxPages < 1 || p.options.MaxDepth < 0 {
		errs = append(errs, fmt.Errorf("limits are %d pages and depth %d, want at least 1 and 0", p.options.MaxPages, p.options.MaxDepth))
	}
	if err := p.compile(); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return nil, SpecError{errors.Join(errs...)}
	}
	text, err := json.Marshal(struct {
		Sources []string
		Options Options
	}{spec.Sources, p.options})
	if err != nil {
		return nil, fmt.Errorf("plan run: %w", err)
	}
	sum := sha256.Sum256(text)
	p.hash = hex.EncodeToString(sum[:8])
	return p, nil
}

func (p *plan) compile() error {
	for _, pattern := range p.options.Follow {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return fmt.Errorf("pattern %q of links to follow: %w", pattern, err)
		}
		p.follow = append(p.follow, re)
	}
	return nil
}

// followed is the host whose frontier the run needs to see, or "" for all.
func (p *plan) followed() string {
	if len(p.hosts) == 1 {
		return p.hosts[0]
	}
	return ""
}

// covers reports whether the run may ask this host.
func (p *plan) covers(host string) bool {
	_, found := slices.BinarySearch(p.hosts, host)
	return found
}

// follows reports whether the run follows links to the URL.
func (p *plan) follows(scope Scope, url string) bool {
	return scope.Page(url) || slices.ContainsFunc(p.follow, func(re *regexp.Regexp) bool { return re.MatchString(url) })
}

// seed reports whether the URL is one of the run's sources.
func (p *plan) seed(v page.Visit) bool {
	_, found := p.seeds[v.Key]
	return found
}

// links names the rules of which links are followed.
func (p *plan) links(scope Scope) string {
	return fmt.Sprintf("%s %d %d %q", scope.Version(), p.options.MaxPages, p.options.MaxDepth, p.options.Follow)
}

func runKey(hash string) string { return "run." + hash }

// begin finds the open run of the plan's sources or begins one.
func (c *Crawler) begin(ctx context.Context, p *plan) error {
	return c.taker.Retry(ctx, "begin run", func() error {
		data, revision, err := c.deps.States.Get(ctx, runKey(p.hash))
		if err != nil {
			return err
		}
		state, readable := readRun(data)
		if readable && state.ID != "" && !state.Concluded {
			p.id, p.started = state.ID, state.StartedAt
			return nil
		}
		now := c.deps.Clock().UTC()
		// The revision tells runs apart that begin within one second.
		state = runState{
			ID:        p.hash + "-" + now.Format("20060102t150405") + "-" + strconv.FormatUint(revision, 36),
			StartedAt: now, Sources: p.sources, Hosts: p.hosts, Options: p.options,
		}
		if err := c.writeRun(ctx, state, revision); err != nil {
			return err
		}
		p.id, p.started = state.ID, state.StartedAt
		return nil
	})
}

func (c *Crawler) writeRun(ctx context.Context, state runState, revision uint64) error {
	hash, _, _ := strings.Cut(state.ID, "-")
	data, err := json.Marshal(state)
	if err != nil {
		return fault.New(fault.SchemaViolation, "encode run %s: %w", state.ID, err)
	}
	_, err = c.deps.States.Put(ctx, runKey(hash), data, revision)
	return err
}

func readRun(data []byte) (runState, bool) {
	var state runState
	if err := json.Unmarshal(data, &state); err != nil {
		return runState{}, false
	}
	return state, true
}

// planOf returns the plan of a run of this or another process. One that cannot
// be found any more covers only the visit's own host.
func (c *Crawler) planOf(ctx context.Context, v page.Visit) *plan {
	c.mu.Lock()
	p := c.plans[v.Run]
	c.mu.Unlock()
	if p != nil {
		return p
	}
	p = &plan{id: v.Run, hosts: []string{v.Host}, seeds: map[string]place{}, options: Options{}.withDefaults()}
	hash, _, _ := strings.Cut(v.Run, "-")
	data, _, err := c.deps.States.Get(ctx, runKey(hash))
	if state, readable := readRun(data); err == nil && readable && state.ID == v.Run {
		p.hosts, p.options, p.hash, p.started = state.Hosts, state.Options, hash, state.StartedAt
		for _, raw := range state.Sources {
			if at, err := locate(raw); err == nil {
				p.seeds[at.key] = at
			}
		}
		// The process that began the run has compiled them before.
		_ = p.compile()
	}
	if err == nil {
		c.mu.Lock()
		c.plans[v.Run] = p
		c.mu.Unlock()
	}
	return p
}

// finish marks the run as concluded, if it still is the last one.
func (c *Crawler) finish(ctx context.Context, p *plan) error {
	return c.taker.Retry(ctx, "conclude run", func() error {
		data, revision, err := c.deps.States.Get(ctx, runKey(p.hash))
		if err != nil {
			return err
		}
		state, readable := readRun(data)
		if !readable || state.ID != p.id || state.Concluded {
			return nil
		}
		state.Concluded = true
		return c.writeRun(ctx, state, revision)
	})
}

// traffic sums what the run has cost its hosts.
func (c *Crawler) traffic(ctx context.Context, p *plan) map[string]frontier.Traffic {
	all := map[string]frontier.Traffic{}
	for _, host := range p.hosts {
		h, err := frontier.ReadHost(ctx, c.deps.States, host)
		if err == nil && h.Traffic.Run == p.id {
			all[host] = h.Traffic
		}
	}
	return all
}
