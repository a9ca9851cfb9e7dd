package fault

// The kinds. Each has one row in table.
const (
	// Reading a page.
	EmptyPage         Kind = "empty-page"
	BinaryPage        Kind = "binary-page"
	TooLarge          Kind = "too-large"
	BadCompression    Kind = "bad-compression"
	BadCharset        Kind = "bad-charset"
	BadSidecar        Kind = "bad-sidecar"
	UnreadableFile    Kind = "unreadable-file"
	UnsupportedSource Kind = "unsupported-source"
	// Fetching a page.
	RobotsRefused   Kind = "robots-refused"
	BlockedAddress  Kind = "blocked-address"
	BadRedirect     Kind = "bad-redirect"
	WrongType       Kind = "wrong-type"
	BadResponse     Kind = "bad-response"
	AccessDenied    Kind = "access-denied"
	NotFound        Kind = "not-found"
	ServerError     Kind = "server-error"
	RateLimited     Kind = "rate-limited"
	HostUnreachable Kind = "host-unreachable"
	SlowResponse    Kind = "slow-response"
	TLSFailed       Kind = "tls-failed"
	BadSitemap      Kind = "bad-sitemap"
	BadArchive      Kind = "bad-archive"
	// Making a record of it.
	NotACareerPage Kind = "not-a-career-page"
	ConsentWall    Kind = "consent-wall"
	TooDeep        Kind = "too-deep"
	BodyMissing    Kind = "body-missing"
	SlugTaken      Kind = "slug-taken"
	// Contracts.
	BadEnvelope     Kind = "bad-envelope"
	SchemaViolation Kind = "schema-violation"
	UnknownType     Kind = "unknown-type"
	EventTooLarge   Kind = "event-too-large"
	// Storing it.
	RowRejected        Kind = "row-rejected"
	StoreUnavailable   Kind = "store-unavailable"
	StoreDenied        Kind = "store-denied"
	StoreSchema        Kind = "store-schema"
	StoreReadOnly      Kind = "store-read-only"
	StoreFull          Kind = "store-full"
	StoreQuota         Kind = "store-quota"
	ForeignIncarnation Kind = "foreign-incarnation"
	LeaseLost          Kind = "lease-lost"
	// The broker.
	BrokerUnavailable Kind = "broker-unavailable"
	BrokerFull        Kind = "broker-full"
	Conflict          Kind = "conflict"
	// The program itself.
	Timeout          Kind = "timeout"
	Panic            Kind = "panic"
	CrashLoop        Kind = "crash-loop"
	RetriesExhausted Kind = "retries-exhausted"
	Internal         Kind = "internal"
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
		{EmptyPage, Poison, "page without text", "fetch the page again; a page that stays empty can be left out of the source"},
		{BinaryPage, Poison, "not HTML or text", "leave the file out of the source, or save the page as HTML or text"},
		{TooLarge, Poison, "page over the size limit", "raise --max-page-bytes if the page is wanted"},
		{BadCompression, Poison, "compressed file cannot be unpacked", "copy or fetch the file again; its end may be missing"},
		{BadCharset, Poison, "text in no readable charset", "state the charset in the page or its sidecar, or save it as UTF-8"},
		{BadSidecar, Poison, "sidecar file cannot be read", "correct FILE.meta.json: an object with url, fetched_at (RFC 3339), charset"},
		{UnreadableFile, Poison, "file cannot be read", "check that the path exists and may be read"},
		{UnsupportedSource, Poison, "source of an unknown kind", "give a file, a folder, a glob or - for standard input"},
		{RobotsRefused, Poison, "robots.txt forbids the page", "leave the page out of the source, or ask the site's owner"},
		{BlockedAddress, Poison, "address is not on the public internet", "if the site is yours, allow its range with --allow-private RANGE"},
		{BadRedirect, Poison, "redirect leads nowhere good", "correct the URL in the source; the reason lists the redirects"},
		{WrongType, Poison, "answer is no page", "leave the URL out of the source; the reason names its content type"},
		{BadResponse, Poison, "answer breaks HTTP", "tell the site's owner; the reason says what is wrong with the answer"},
		{AccessDenied, Poison, "site refuses access", "ask the site's owner for access, or leave the page out"},
		{NotFound, Poison, "page is not there", "correct the URL in the source; a known page is retired after some confirmations"},
		{ServerError, Retry, "site has an error of its own", "nothing to do: the page is asked for again; if it stays, tell the site's owner"},
		{RateLimited, Retry, "site asks to wait", "nothing to do: it is asked again when it says; raise --delay if it happens often"},
		{HostUnreachable, Retry, "site cannot be reached", "check the host's name and the network; the page is asked for again"},
		{SlowResponse, Retry, "answer comes too slowly", "nothing to do: the page is asked for again; raise --timeout if the site is known to be slow"},
		{TLSFailed, Poison, "TLS connection cannot be trusted", "renew or correct the site's certificate; the reason says what is wrong"},
		{BadSitemap, Poison, "sitemap cannot be read", "correct the sitemap at the line that the reason names; what was read before it counts"},
		{BadArchive, Poison, "WARC file cannot be read", "copy the file again; the records before the byte that the reason names count"},
		{NotACareerPage, Poison, "page holds no career", "leave the page out, or add a profile for the site (--profiles DIR)"},
		{ConsentWall, Poison, "page asks for consent instead of showing its text", "fetch the page again, from a place or with a cookie that the wall lets through"},
		{TooDeep, Poison, "markup nested too deeply", "the page's markup is broken; fetch it again or repair it"},
		{BodyMissing, Retry, "page body not in the object store", "check the object store `pages`; ingest the page again if its body is gone"},
		{SlugTaken, Poison, "another site's page owns this career", "ingest one site a catalog (--data), or leave one of the two pages out"},
		{BadEnvelope, Poison, "message is no CloudEvent", "mend the publisher: CloudEvents 1.0 JSON, see careerstream schemas"},
		{SchemaViolation, Poison, "event breaks its JSON Schema", "mend the publisher; careerstream schemas prints the schema"},
		{UnknownType, Poison, "event of an unknown type", "run a careerstream that knows the type, then redrive"},
		{EventTooLarge, Poison, "event over the broker's payload limit", "raise max_payload of the NATS server, then redrive"},
		{RowRejected, Poison, "ClickHouse rejects this row", "see the reason; redrive after the fix"},
		{StoreUnavailable, Retry, "ClickHouse does not answer", "start ClickHouse or correct --clickhouse; storing resumes by itself"},
		{StoreDenied, Pause, "ClickHouse refuses the login", "correct user, password or grants; storing resumes by itself"},
		{StoreSchema, Pause, "table or column is missing", "run careerstream migrate; storing resumes by itself"},
		{StoreReadOnly, Pause, "ClickHouse is read-only", "make the table or the user writable; storing resumes by itself"},
		{StoreFull, Pause, "no disk space for ClickHouse", "free disk space; storing resumes by itself"},
		{StoreQuota, Pause, "ClickHouse limit or quota reached", "raise the quota or memory limit; storing resumes by itself"},
		{ForeignIncarnation, Pause, "tables were filled from another stream", "run careerstream migrate --rebuild to fill the tables from this broker's streams"},
		{LeaseLost, Retry, "another process writes this table", "nothing to do: one process writes at a time"},
		{BrokerUnavailable, Retry, "NATS does not answer", "start NATS or correct --nats; work resumes by itself"},
		{BrokerFull, Pause, "no space for the broker's streams", "free disk space or raise the stream's limits; work resumes by itself"},
		{Conflict, Retry, "another worker was faster", "nothing to do: the message is tried again on the new state"},
		{Timeout, Retry, "took too long", "nothing to do unless it repeats; then look at the load"},
		{Panic, Poison, "the program's own error", "report it with the dead letter, which holds the message"},
		{CrashLoop, Poison, "the process died on this message again and again", "report it with the dead letter, which holds the message"},
		{RetriesExhausted, Poison, "given up after the allowed tries", "mend the cause named in the reason, then redrive"},
		{Internal, Retry, "unexpected error", "see the reason; the message is tried again"},
	}
}

// Info returns the table's row for k; an unknown kind has Internal's row.
func (k Kind) Info() Info {
	var internal Info
	for _, row := range Table() {
		if row.Kind == k {
			return row
		}
		if row.Kind == Internal {
			internal = row
		}
	}
	return internal
}
