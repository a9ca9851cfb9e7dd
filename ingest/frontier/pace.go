package frontier

import "time"

// Pace says how long a host is left in peace between two requests.
type Pace struct {
	// Delay is the least gap.
	Delay time.Duration
	// Factor times the last request's duration is a gap, too: who answers
	// slowly is asked seldom.
	Factor float64
	// MaxGap bounds the gap that Factor makes.
	MaxGap time.Duration
}

// Gap is the time between the end of a request that took last and the start of
// the next one. crawlDelay is what robots.txt asks for.
func (p Pace) Gap(last, crawlDelay time.Duration) time.Duration {
	adaptive := time.Duration(p.Factor * float64(last))
	if p.MaxGap > 0 {
		adaptive = min(adaptive, p.MaxGap)
	}
	return max(p.Delay, adaptive, crawlDelay, 0)
}
