package fetch

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// MaxHops is how many redirects a chain may have.
const MaxHops = 10

// Hops is one chain of redirects. The zero value is a chain that has not begun.
type Hops struct {
	chain     []string
	temporary bool
}

// Follow adds the redirect that r is. Its error, of Kind BadRedirect, lists the
// chain when it comes back to itself or has more than MaxHops redirects.
func (h *Hops) Follow(r *Response) error {
	if r.Location == nil {
		return &Error{Kind: BadRedirect, URL: name(r.URL), Err: fmt.Errorf("status %d is no redirect", r.Status)}
	}
	if len(h.chain) == 0 {
		h.chain = []string{bare(r.URL)}
	}
	to := bare(r.Location)
	loop := slices.Contains(h.chain, to)
	h.chain = append(h.chain, to)
	h.temporary = h.temporary || !r.Permanent
	if loop {
		return &Error{Kind: BadRedirect, URL: h.chain[0], Err: fmt.Errorf("redirect loop: %s", strings.Join(h.chain, " -> "))}
	}
	if h.Len() > MaxHops {
		return &Error{Kind: BadRedirect, URL: h.chain[0], Err: fmt.Errorf("more than %d redirects: %s", MaxHops, strings.Join(h.chain, " -> "))}
	}
	return nil
}

// Len is the number of redirects so far.
func (h *Hops) Len() int { return max(0, len(h.chain)-1) }

// Chain lists the addresses, the first request's first.
func (h *Hops) Chain() []string { return slices.Clone(h.chain) }

// Permanent reports whether every redirect so far was permanent, so that the
// first address may be replaced by the last.
func (h *Hops) Permanent() bool { return h.Len() > 0 && !h.temporary }

// bare is u without what is never requested.
func bare(u *url.URL) string {
	c := *u
	c.Fragment, c.RawFragment = "", ""
	return c.String()
}
