package chdb

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
)

// role is what a request may do.
type role uint8

const (
	nobody role = iota
	reader
	writer
)

// authorize finds the role of a request: from X-ClickHouse-User/-Key, Basic,
// or the user and password parameters.
func (e *Engine) authorize(r *http.Request, q url.Values) (who role, challenge bool) {
	user, pass, given := r.Header.Get("X-ClickHouse-User"), r.Header.Get("X-ClickHouse-Key"), true
	if user == "" && pass == "" {
		if user, pass, given = r.BasicAuth(); !given {
			user, pass = q.Get("user"), q.Get("password")
			given = user != "" || pass != ""
		}
	}
	if inside, ok := r.Context().Value(inProcess{}).(bool); ok && inside {
		if user == e.cfg.Reader {
			return reader, false
		}
		return writer, false
	}
	// "default" is the name that ClickHouse clients send when told none.
	user = cmp.Or(user, "default")
	asWriter := samePassword(e.cfg.Password, pass)
	asReader := samePassword(e.cfg.ReaderPassword, pass)
	switch {
	case asWriter && (user == e.cfg.User || user == "default"):
		return writer, false
	case asReader && user == e.cfg.Reader:
		return reader, false
	}
	return nobody, !given
}

// samePassword compares in constant time; an unset password matches nothing.
func samePassword(want, got string) bool {
	w, g := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(got))
	return subtle.ConstantTimeCompare(w[:], g[:]) == 1 && want != ""
}
