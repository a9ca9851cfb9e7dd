package warc

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"
)

// block is the content of the current record.
type block struct {
	reader *Reader
	at     int64
	left   int64
	sum    hash.Hash
	want   string
	// err is how the content ended, once it has.
	err error
}

func newBlock(r *Reader, h Header, length int64) *block {
	b := &block{reader: r, at: r.at, left: length}
	if r.limits.VerifyDigests {
		b.want = h.Get("WARC-Block-Digest")
		b.sum = newHash(b.want)
	}
	return b
}

func (b *block) Read(p []byte) (int, error) {
	switch {
	case b.err != nil:
		return 0, b.err
	case b.reader.block != b:
		return 0, io.ErrClosedPipe // a later record is being read
	case b.left == 0:
		b.err = b.end()
		return 0, b.err
	}
	n, err := b.reader.src.text.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	if b.sum != nil {
		b.sum.Write(p[:n])
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if own := b.reader.explain(err); own != nil {
			err = own
		}
		b.err = err
	}
	return n, b.err
}

// end is the error of a block that is all read.
func (b *block) end() error {
	if b.sum == nil || sameDigest(b.want, b.sum.Sum(nil)) {
		return io.EOF
	}
	return &Error{Problem: BadDigest, Offset: b.at, Reason: "WARC-Block-Digest is " + show(b.want)}
}

// drain reads what is left. A wrong digest that a caller has seen already is not
// an error again; everything else is.
func (b *block) drain() error {
	if b.err != nil {
		if errors.Is(b.err, io.EOF) || errors.Is(b.err, BadDigest) {
			return nil
		}
		return b.err
	}
	b.reader.block = b
	defer func() { b.reader.block = nil }()
	_, err := io.Copy(io.Discard, b)
	return err
}

// Digest returns the labelled digest of a payload as Writer writes it: SHA-1 in
// Base32, as in the standard's example "sha1:3EF4GH5IJ6KL7MN8OPQAB2CD". The payload
// of an HTTP message is its body without transfer coding but in its content
// coding.
func Digest(payload []byte) string {
	sum := sha1.Sum(payload)
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// newHash returns the algorithm of a labelled digest, nil where it is not known.
func newHash(labelled string) hash.Hash {
	algorithm, _, _ := strings.Cut(labelled, ":")
	switch strings.ToLower(algorithm) {
	case "sha1", "sha-1":
		return sha1.New()
	case "sha256", "sha-256":
		return sha256.New()
	}
	return nil
}

// sameDigest compares a labelled digest, in Base32 or hexadecimal, with a sum.
func sameDigest(labelled string, sum []byte) bool {
	_, value, _ := strings.Cut(labelled, ":")
	value = strings.TrimRight(value, "=")
	return strings.EqualFold(value, hex.EncodeToString(sum)) ||
		strings.EqualFold(value, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum))
}
