package api

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"strings"
)

// Kinds of cursor.
const (
	listCursor    = 'l'
	changesCursor = 'c'
	historyCursor = 'h'
)

// cursor is a place to go on from. To clients it is opaque.
type cursor struct {
	kind byte
	// incarnation is a digest of that of the stream, query of what was asked for.
	incarnation, query uint32
	// number is a sequence of the stream, or a version.
	number uint64
	// slug of the last career given, or "".
	slug string
}

// cursorVersion is the first byte of every cursor.
const cursorVersion = 1

// encode is the cursor as text that a URL may have as it is.
func (c cursor) encode() string {
	b := []byte{cursorVersion, c.kind}
	b = binary.BigEndian.AppendUint32(b, c.incarnation)
	b = binary.BigEndian.AppendUint32(b, c.query)
	b = binary.AppendUvarint(b, c.number)
	return base64.RawURLEncoding.EncodeToString(append(b, c.slug...))
}

var errCursor = errors.New("it is not a cursor of this list")

// decodeCursor reads a cursor of a kind.
func decodeCursor(text string, kind byte) (cursor, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) < 11 || b[0] != cursorVersion || b[1] != kind {
		return cursor{}, errCursor
	}
	c := cursor{kind: kind, incarnation: binary.BigEndian.Uint32(b[2:]), query: binary.BigEndian.Uint32(b[6:])}
	number, n := binary.Uvarint(b[10:])
	if n <= 0 {
		return cursor{}, errCursor
	}
	c.number, c.slug = number, string(b[10+n:])
	return c, nil
}

// digest is a number for a list of texts.
func digest(parts ...string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.Join(parts, "\x00"))) // cannot fail
	return h.Sum32()
}
