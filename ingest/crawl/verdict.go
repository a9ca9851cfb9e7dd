package crawl

import (
	"careerstream/ingest/fetch"
	"careerstream/schemas/fault"
)

// faultOf is the fault kind of a request's outcome.
func faultOf(kind fetch.Kind) fault.Kind {
	switch kind {
	case fetch.Gone:
		return fault.NotFound
	case fetch.Forbidden:
		return fault.AccessDenied
	case fetch.TooMany:
		return fault.RateLimited
	case fetch.ServerError:
		return fault.ServerError
	case fetch.NoSuchHost, fetch.DNS, fetch.Refused, fetch.Unreachable, fetch.Reset:
		return fault.HostUnreachable
	case fetch.Timeout, fetch.Slow:
		return fault.SlowResponse
	case fetch.TLSAuthority, fetch.TLSExpired, fetch.TLSName, fetch.TLSHandshake:
		return fault.TLSFailed
	case fetch.TooLarge:
		return fault.TooLarge
	case fetch.BadEncoding:
		return fault.BadCompression
	case fetch.WrongType:
		return fault.WrongType
	case fetch.BadRedirect, fetch.BadURL:
		return fault.BadRedirect
	case fetch.Blocked:
		return fault.BlockedAddress
	}
	return fault.BadResponse
}

// passing reports whether the trouble may pass by itself.
func passing(kind fetch.Kind) bool { return kind.Info().Class == fetch.Retry }

// ofHost reports whether the trouble is the host's rather than the URL's, so
// that its breaker counts it.
func ofHost(kind fetch.Kind) bool {
	switch kind {
	case fetch.ServerError, fetch.DNS, fetch.NoSuchHost, fetch.Refused, fetch.Unreachable, fetch.Reset, fetch.Timeout, fetch.TLSHandshake:
		return true
	}
	return false
}
