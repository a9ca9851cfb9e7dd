package fetch

import (
	"bytes"
	"net/http"
	"strconv"
)

// Raw is one exchange as it went over the connection, under TLS in the clear:
// the blocks of a WARC request and response record.
type Raw struct {
	// Request is the request as it was sent.
	Request []byte
	// Response is status line, header, blank line and body, the body in its
	// transfer and content codings. Interim (1xx) responses, and bytes after
	// the response's end, are left out.
	Response []byte
	// HeaderLen is the length of Response's part before the body.
	HeaderLen int
	// Truncated is "", or why the body is not whole, in the words of WARC 1.1,
	// section 5.13: "length", "time" or "disconnect".
	Truncated string
}

// cutRaw finds the message in what was recorded. head is what was parsed.
func cutRaw(response []byte, head *http.Response) (message []byte, headerLen int) {
	for {
		headerLen = headEnd(response)
		if headerLen == 0 || !interim(response) {
			break
		}
		response = response[headerLen:]
	}
	body := response[headerLen:]
	switch {
	case head.StatusCode == http.StatusNoContent || head.StatusCode == http.StatusNotModified:
		body = nil
	case len(head.TransferEncoding) > 0:
		body = body[:chunkedEnd(body)]
	case head.ContentLength >= 0:
		body = body[:min(int64(len(body)), head.ContentLength)]
	}
	return response[:headerLen+len(body)], headerLen
}

// headEnd is the length up to and with the blank line, 0 without one. A line
// may end in LF alone (RFC 9112, section 2.2).
func headEnd(b []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return 0
		}
		at += i + 1
		if rest := b[at:]; bytes.HasPrefix(rest, []byte("\n")) {
			return at + 1
		} else if bytes.HasPrefix(rest, []byte("\r\n")) {
			return at + 2
		}
	}
}

// interim reports a 1xx status line, as in "HTTP/1.1 103 Early Hints".
func interim(b []byte) bool {
	_, rest, ok := bytes.Cut(b[:min(len(b), 32)], []byte(" "))
	return ok && len(rest) > 3 && rest[0] == '1' && !bytes.HasPrefix(rest, []byte("101"))
}

// chunkedEnd is the length of a chunked body with its trailer (RFC 9112,
// section 7.1), or all of b where it does not end.
func chunkedEnd(b []byte) int {
	at := 0
	for {
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return len(b)
		}
		line, _, _ := bytes.Cut(b[at:at+i], []byte(";"))
		at += i + 1
		n, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 16, 63)
		if err != nil {
			return len(b)
		}
		if n == 0 {
			break
		}
		if n > uint64(len(b)-at) {
			return len(b)
		}
		at += int(n)
		if i = bytes.IndexByte(b[at:], '\n'); i < 0 {
			return len(b)
		}
		at += i + 1
	}
	for { // trailer fields up to an empty line
		i := bytes.IndexByte(b[at:], '\n')
		if i < 0 {
			return len(b)
		}
		empty := len(bytes.TrimSpace(b[at:at+i])) == 0
		at += i + 1
		if empty {
			return at
		}
	}
}
