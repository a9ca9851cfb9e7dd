package frontier

import "time"

// BreakerConfig says when a host is left alone.
type BreakerConfig struct {
	// Failures in a row that open the breaker.
	Failures int
	// Initial is how long it stays open the first time; it doubles with every
	// failed trial up to Max.
	Initial, Max time.Duration
}

// Breaker counts a host's failures: lost connections, timeouts and 5xx. The
// zero value is closed. Open, it lets one request through at Until; the
// host's loop has but one in flight, so that request is the trial.
type Breaker struct {
	// Failures in a row.
	Failures int `json:"failures"`
	// Trials is how often it opened since the last success.
	Trials int `json:"trials"`
	// Until is when the next trial may begin; zero while closed.
	Until time.Time `json:"until"`
}

// Failed counts a failure that ended now.
func (b *Breaker) Failed(cfg BreakerConfig, now time.Time) {
	b.Failures++
	if b.Failures < cfg.Failures {
		return
	}
	open := cfg.Max
	if b.Trials < 30 {
		open = min(cfg.Initial<<b.Trials, cfg.Max)
	}
	b.Trials++
	b.Until = now.Add(open)
}

// Open reports whether the breaker was opened and no trial has succeeded yet.
func (b Breaker) Open() bool { return !b.Until.IsZero() }

// Succeeded closes the breaker.
func (b *Breaker) Succeeded() { *b = Breaker{} }
