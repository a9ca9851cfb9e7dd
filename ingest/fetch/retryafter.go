package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter reads Retry-After, seconds or a date (RFC 9110, section 10.2.3),
// into a delay between 0 and most; 0 where it is missing or malformed. A date
// counts from the server's own Date, so that its clock may be wrong.
func retryAfter(h http.Header, now time.Time, most time.Duration) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if strings.Trim(v, "0123456789") == "" {
		secs, err := strconv.ParseInt(v, 10, 64)
		if err != nil || secs > int64(most/time.Second) {
			return most
		}
		return time.Duration(secs) * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(at.Sub(now), 0), most)
}
