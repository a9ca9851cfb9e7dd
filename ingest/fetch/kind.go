package fetch

// Class says what follows from an outcome.
type Class string

const (
	// Done: the server answered what was asked.
	Done Class = "done"
	// Retry: the same request may succeed later.
	Retry Class = "retry"
	// Permanent: the same request fails again until somebody changes something.
	Permanent Class = "permanent"
)

// Kind is the outcome of one request. As an error it is a sentinel:
// errors.Is(err, fetch.Gone).
type Kind string

// The kinds. Each has one row in Table.
const (
	// Answers.
	OK          Kind = "ok"
	NotModified Kind = "not-modified"
	Redirect    Kind = "redirect"
	// Refusals by status.
	Gone             Kind = "gone"
	Forbidden        Kind = "forbidden"
	TooMany          Kind = "too-many-requests"
	ServerError      Kind = "server-error"
	ClientError      Kind = "client-error"
	UnexpectedStatus Kind = "unexpected-status"
	// No way to the server.
	NoSuchHost  Kind = "no-such-host"
	DNS         Kind = "dns"
	Refused     Kind = "refused"
	Unreachable Kind = "unreachable"
	Reset       Kind = "reset"
	// Too slow.
	Timeout Kind = "timeout"
	Slow    Kind = "slow"
	// TLS.
	TLSAuthority Kind = "tls-authority"
	TLSExpired   Kind = "tls-expired"
	TLSName      Kind = "tls-name"
	TLSHandshake Kind = "tls-handshake"
	// Bad answers.
	TooLarge    Kind = "too-large"
	Truncated   Kind = "truncated"
	BadEncoding Kind = "bad-encoding"
	WrongType   Kind = "wrong-type"
	BadRedirect Kind = "bad-redirect"
	Protocol    Kind = "protocol"
	// Our own refusals.
	BadURL   Kind = "bad-url"
	Blocked  Kind = "blocked-address"
	Canceled Kind = "canceled"
)

// Info is what the table says of a kind.
type Info struct {
	Kind  Kind
	Class Class
	// Label is one short phrase for people.
	Label string
	// Hint is one line that tells an operator what to do next.
	Hint string
}

// Table returns every kind with its class, label and hint, in reading order.
func Table() []Info {
	return []Info{
		{OK, Done, "fetched", "nothing to do"},
		{NotModified, Done, "not modified", "nothing to do: the page is as it was"},
		{Redirect, Done, "redirected", "nothing to do: the new address is requested"},
		{Gone, Permanent, "page is gone (404, 410)", "nothing to do; a page that stays away retires its career"},
		{Forbidden, Permanent, "server refuses (401, 403, 451)", "ask the site's owner, or leave the page out of the source"},
		{TooMany, Retry, "server asks to slow down (429)", "nothing to do; raise the site's delay if it repeats"},
		{ServerError, Retry, "server failed (5xx)", "nothing to do unless it lasts; then tell the site's owner"},
		{ClientError, Permanent, "server rejects the request (4xx)", "open the page in a browser; correct its address"},
		{UnexpectedStatus, Permanent, "status without a meaning for a page", "open the page in a browser; correct its address"},
		{NoSuchHost, Permanent, "no such host", "correct the host name of the source"},
		{DNS, Retry, "name server does not answer", "check this machine's name servers if other hosts fail too"},
		{Refused, Retry, "connection refused", "nothing to do unless it lasts; then check host and port"},
		{Unreachable, Retry, "network unreachable", "check this machine's network if other hosts fail too"},
		{Reset, Retry, "connection lost", "nothing to do unless it lasts; the server may be blocking this client"},
		{Timeout, Retry, "took too long", "nothing to do unless it lasts; then raise the time limit that is named"},
		{Slow, Retry, "body comes too slowly", "nothing to do unless it lasts; then lower the minimum rate"},
		{TLSAuthority, Permanent, "certificate of an unknown authority", "the site's owner must mend the certificate chain, or install the site's authority here"},
		{TLSExpired, Permanent, "certificate not valid now", "the site's owner must renew the certificate; check this machine's clock"},
		{TLSName, Permanent, "certificate for another host", "correct the host name, or tell the site's owner"},
		{TLSHandshake, Retry, "TLS handshake failed", "check that the port speaks TLS 1.2 or later"},
		{TooLarge, Permanent, "answer over a size limit", "raise --max-page-bytes if the page is wanted"},
		{Truncated, Retry, "body ends early", "nothing to do unless it lasts; then tell the site's owner"},
		{BadEncoding, Permanent, "body cannot be decompressed", "tell the site's owner: Content-Encoding and body disagree"},
		{WrongType, Permanent, "not the media type asked for", "leave the address out of the source if it is no page"},
		{BadRedirect, Permanent, "redirect that is not followed", "correct the address of the source, or tell the site's owner"},
		{Protocol, Retry, "answer is not HTTP", "check host and port; tell the site's owner if it lasts"},
		{BadURL, Permanent, "address that cannot be requested", "correct the address: http or https, a host, no user name"},
		{Blocked, Permanent, "address in a private or special range", "if the address is meant, name its range with --allow-private"},
		{Canceled, Retry, "stopped by the caller", "nothing to do: it is requested again"},
	}
}

// Info returns the table's row for k; an unknown kind has Protocol's row.
func (k Kind) Info() Info {
	var protocol Info
	for _, row := range Table() {
		if row.Kind == k {
			return row
		}
		if row.Kind == Protocol {
			protocol = row
		}
	}
	return protocol
}

// Error returns the kind's name.
func (k Kind) Error() string { return string(k) }
