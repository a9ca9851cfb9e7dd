package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxURL bounds an address, in bytes (RFC 9110, section 4.1, asks for 8000).
const maxURL = 8000

// checkURL says what about u cannot be requested.
func checkURL(u *url.URL) error {
	switch {
	case u == nil:
		return errors.New("no address")
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("scheme %.20q is not http or https", u.Scheme)
	case u.User != nil:
		return errors.New("user name or password in the address (RFC 9110, section 4.2.4)")
	case u.Opaque != "" || u.Hostname() == "":
		return errors.New("no host in the address")
	case !validPort(u.Port()):
		return fmt.Errorf("port %.20q is not 1 to 65535", u.Port())
	case len(u.Host)+len(u.Path)+len(u.RawQuery) > maxURL:
		return fmt.Errorf("address over %d bytes", maxURL)
	}
	return nil
}

func validPort(p string) bool {
	n, err := strconv.ParseUint(p, 10, 16)
	return p == "" || (err == nil && n > 0)
}

// isRedirect reports a status that names another address to GET (RFC 9110,
// section 15.4); permanent is 301 and 308.
func isRedirect(status int) (permanent, ok bool) {
	switch status {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		return true, true
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
		return false, true
	}
	return false, false
}

// location resolves a redirect's target against where it was found (RFC 9110,
// section 10.2.2). The fragment is left out: it is never requested.
func location(from *url.URL, h http.Header) (*url.URL, error) {
	lines := h.Values("Location")
	if len(lines) == 0 || lines[0] == "" {
		return nil, errors.New("without a Location")
	}
	for _, l := range lines[1:] {
		if l != lines[0] {
			return nil, fmt.Errorf("with %d Locations that differ", len(lines))
		}
	}
	line := strings.TrimSpace(lines[0])
	if len(line) > maxURL {
		return nil, fmt.Errorf("location over %d bytes", maxURL)
	}
	ref, err := url.Parse(line)
	if err != nil {
		return nil, fmt.Errorf("location: %w", err)
	}
	to := from.ResolveReference(ref)
	to.Fragment, to.RawFragment = "", ""
	if err := checkURL(to); err != nil {
		return nil, fmt.Errorf("location %.200q: %w", line, err)
	}
	if from.Scheme == "https" && to.Scheme == "http" {
		return nil, fmt.Errorf("from https to http, %s", to)
	}
	return to, nil
}
