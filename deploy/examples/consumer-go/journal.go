package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Notes in the log, which are no versions.
const (
	// noteStart holds the floor and the stream's time of creation; it is first.
	noteStart = "start"
	// noteBootstrapped says that the bucket has been read.
	noteBootstrapped = "bootstrapped"
)

// line is one line of the log.
type line struct {
	Note          string `json:"note,omitempty"`
	Stream        string `json:"stream,omitempty"`
	Slug          string `json:"slug,omitempty"`
	Version       uint64 `json:"version,omitempty"`
	ContentSHA256 string `json:"content_sha256,omitempty"`
	Retired       bool   `json:"retired,omitempty"`
	// Seq in the stream; 0 for what came from the bucket.
	Seq uint64 `json:"seq,omitempty"`
}

// batch is the most lines that wait for a sync.
const batch = 64

// journal is the log and what follows from it.
type journal struct {
	file    *os.File
	out     io.Writer
	pending bytes.Buffer
	waiting int

	versions     map[string]uint64 // latest known, by slug
	seq          uint64            // everything up to it is in the log
	stream       string            // when the stream was created; "" for a new log
	bootstrapped bool
}

// openJournal opens or makes the log and reads it. What a kill left of a last
// line is cut off.
func openJournal(path string, out io.Writer) (*journal, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	j := &journal{file: file, out: out, versions: make(map[string]uint64)}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read log: %w", err), file.Close())
	}
	end := int64(0)
	for n := 1; ; n++ {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			break
		}
		var l line
		if err := json.Unmarshal(text[:i], &l); err != nil {
			return nil, errors.Join(fmt.Errorf("read log %s, line %d: %w", path, n, err), file.Close())
		}
		if err := j.apply(l); err != nil {
			return nil, errors.Join(fmt.Errorf("read log %s, line %d: %w", path, n, err), file.Close())
		}
		end += int64(i) + 1
		text = text[i+1:]
	}
	if err := file.Truncate(end); err != nil {
		return nil, errors.Join(fmt.Errorf("cut log: %w", err), file.Close())
	}
	if _, err := file.Seek(end, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("cut log: %w", err), file.Close())
	}
	return j, nil
}

// apply takes a line into the state. A version that does not follow the one
// known is an error: one in between is lost.
func (j *journal) apply(l line) error {
	switch {
	case l.Note == noteStart:
		j.stream, j.seq = l.Stream, l.Seq
		return nil
	case l.Note == noteBootstrapped:
		j.bootstrapped = true
		return nil
	case l.Note != "":
		return nil
	}
	if known := j.versions[l.Slug]; l.Version != known+1 && (known > 0 || l.Seq > 0) {
		return fmt.Errorf("career %s: version %d comes after %d: what is between them is lost; remove the log to start over", l.Slug, l.Version, known)
	}
	j.versions[l.Slug] = l.Version
	j.seq = max(j.seq, l.Seq)
	return nil
}

// add writes down a version, unless it is known. It is on disk after sync.
func (j *journal) add(l line) error {
	if l.Version <= j.versions[l.Slug] {
		return nil
	}
	if err := j.apply(l); err != nil {
		return err
	}
	if err := json.NewEncoder(&j.pending).Encode(l); err != nil {
		return fmt.Errorf("encode line: %w", err)
	}
	if j.waiting++; j.waiting < batch {
		return nil
	}
	return j.sync()
}

// note writes down a note, at once.
func (j *journal) note(l line) error {
	if err := j.apply(l); err != nil {
		return err
	}
	if err := json.NewEncoder(&j.pending).Encode(l); err != nil {
		return fmt.Errorf("encode line: %w", err)
	}
	return j.sync()
}

// sync puts what waits on disk, and only then shows it. After an error the log
// is to be opened anew: nothing is written twice.
func (j *journal) sync() error {
	if j.pending.Len() == 0 {
		return nil
	}
	lines := bytes.Clone(j.pending.Bytes())
	j.pending.Reset()
	j.waiting = 0
	if _, err := j.file.Write(lines); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("sync log: %w", err)
	}
	if _, err := j.out.Write(lines); err != nil {
		return fmt.Errorf("show versions: %w", err)
	}
	return nil
}

func (j *journal) close() error { return errors.Join(j.sync(), j.file.Close()) }
