package frontier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Host is what all processes know of a host: one value, which its owner
// replaces by compare-and-set.
type Host struct {
	// Owner has the lease; the zero Owner is nobody.
	Owner Owner `json:"owner"`
	// Beat is when the owner wrote this, by its clock; for people.
	Beat time.Time `json:"beat"`
	// Gap is the delay in force between the end of a request and the start of
	// the next, in nanoseconds.
	Gap time.Duration `json:"gap_ns"`
	// LastEnded is when the last request ended, by the owner's clock; zero
	// before the first one.
	LastEnded time.Time `json:"last_ended"`
	// NotBefore is what a Retry-After asked for; zero is nothing.
	NotBefore time.Time `json:"not_before"`
	// StalledSince is when the host's trouble began; zero while it answers.
	StalledSince time.Time `json:"stalled_since"`
	Breaker      Breaker   `json:"breaker"`
	Lastmod      Proofs    `json:"lastmod_proofs"`
	Traffic      Traffic   `json:"traffic"`
	// Links names the rules by which links were read last, Whole the first run
	// by these rules.
	Links string `json:"links"`
	Whole string `json:"whole"`
}

// Traffic counts what a run has cost a host. It is written with the heartbeat,
// so a killed process may have made a few requests more.
type Traffic struct {
	// Run is the run that is counted.
	Run string `json:"run"`
	// Requests made, with robots.txt and hops of redirects.
	Requests int `json:"requests"`
	// Bytes of decoded bodies.
	Bytes int64 `json:"bytes"`
	// Full counts URLs that were left out because the run had its most pages,
	// Limited those that are too many links away from a source.
	Full    int `json:"full"`
	Limited int `json:"limited"`
	// OffSite counts entries of sitemaps that lead to hosts outside the run.
	OffSite int `json:"off_site"`
}

// Of returns the run's own counts, zero ones for a new run.
func (t Traffic) Of(run string) Traffic {
	if t.Run != run {
		return Traffic{Run: run}
	}
	return t
}

// HostKey is the key of a host's state. Its last part keeps hosts apart whose
// names differ in what a key may not hold.
func HostKey(host string) string { return "host." + token(host) }

// RobotsKey is the key of the robots.txt of a scheme and host. It is apart from
// the host's state because it is large and seldom changes; only the host's
// owner writes it.
func RobotsKey(scheme, host string) string { return "robots." + token(scheme+"-"+host) }

func token(s string) string {
	sum := sha256.Sum256([]byte(s))
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '_'
	}, s) + "." + hex.EncodeToString(sum[:6])
}

func (h Host) encode() ([]byte, error) {
	data, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encode host state: %w", err)
	}
	return data, nil
}

func decodeHost(data []byte) (Host, error) {
	var h Host
	if len(data) == 0 {
		return h, nil
	}
	if err := json.Unmarshal(data, &h); err != nil {
		return Host{}, fmt.Errorf("read host state: %w", err)
	}
	return h, nil
}

// ReadHost returns a host's state, the zero Host where there is none. Errors
// are those of States, and of a state that cannot be read.
func ReadHost(ctx context.Context, states States, host string) (Host, error) {
	data, _, err := states.Get(ctx, HostKey(host))
	if err != nil {
		return Host{}, err
	}
	return decodeHost(data)
}
