package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"

	"careerstream/schemas/page"
)

// Locate puts an absolute http or https URL into the one form that is used as
// identity (scheme and host in lower case, no default port, user or fragment,
// RFC 3986, 6.2) and names its site, the host with a port that is not the
// default one, and its key within the site, 32 hex digits.
func Locate(raw string) (url, site, key string, err error) {
	a, err := parseAddress(raw)
	if err != nil {
		return "", "", "", err
	}
	return a.url, a.site, a.key(), nil
}

// address says where a page belongs.
type address struct {
	url  string
	site string
}

// key is the page's key within its site: 32 hex digits of the URL's SHA-256.
func (a address) key() string {
	sum := sha256.Sum256([]byte(a.url))
	return hex.EncodeToString(sum[:16])
}

// parseAddress reads an absolute http or https URL and puts it into the one form
// that is used as identity: scheme and host in lower case, no default port, no
// user, no fragment, "/" for an empty path (RFC 3986, 6.2). The path and the query
// stay as they are: servers may tell their spellings apart.
func parseAddress(raw string) (address, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return address{}, fmt.Errorf("read URL: %w", err)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return address{}, fmt.Errorf("URL %q is not absolute http or https", raw)
	}
	if u.Hostname() == "" {
		return address{}, fmt.Errorf("URL %q has no host", raw)
	}
	u.Host = strings.ToLower(u.Host)
	if port := u.Port(); port == "" || (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		u.Host = strings.TrimSuffix(strings.TrimSuffix(u.Host, port), ":")
	}
	u.Fragment, u.RawFragment, u.User = "", "", nil
	if u.Path == "" {
		u.Path = "/"
	}
	return address{url: u.String(), site: u.Host}, nil
}

// localAddress keeps a URL that names no site, as files have.
func localAddress(raw string) address { return address{url: raw, site: page.LocalSite} }

// fileURL is the file: URL (RFC 8089) of a path, made absolute.
func fileURL(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("make path absolute: %w", err)
	}
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String(), nil
}

func isNameTooLong(err error) bool { return errors.Is(err, syscall.ENAMETOOLONG) }
