package compare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"careerstream/publish/export"
	"careerstream/publish/export/release"
	"careerstream/schemas/career"
)

// Career is one career that is not the same in both releases.
type Career struct {
	// Kind is career.Added, career.Removed or career.Changed.
	Kind string `json:"kind"`
	Slug string `json:"slug"`
	Name string `json:"name"`
	// Changes of a changed career, field by field.
	Changes []career.Change `json:"changes"`
}

// Summary counts the careers of two releases.
type Summary struct {
	Old     release.Manifest `json:"old"`
	New     release.Manifest `json:"new"`
	Added   int              `json:"added"`
	Removed int              `json:"removed"`
	Changed int              `json:"changed"`
	// Touched have another version or were read another time, with the same content.
	Touched int `json:"touched"`
	Same    int `json:"same"`
}

// entry is one career of a release.
type entry struct {
	slug, name string
	// raw differs wherever anything does.
	raw []byte
	// value is a career.Record, or a tree of maps, lists and texts.
	value any
}

// entries reads a release in the order of its careers.
type entries interface {
	// next returns the next career, or io.EOF.
	next() (entry, error)
	close() error
}

// Releases verifies two releases of one format, the files of both before anything
// else, and calls visit for each career that differs, in the order of the slugs.
// A damaged file is a *release.BadError. unpack reads Parquet, which without it
// cannot be compared; the CSV it gives takes room in the folder for temporary files.
func Releases(ctx context.Context, before, after string, unpack Unpack, visit func(Career) error) (s Summary, err error) {
	if s.Old, err = release.Verify(ctx, before); err != nil {
		return s, err
	}
	if s.New, err = release.Verify(ctx, after); err != nil {
		return s, err
	}
	if s.Old.Format != s.New.Format {
		return s, fmt.Errorf("compare: %s is %s and %s is %s: compare releases of one format", before, s.Old.Format, after, s.New.Format)
	}
	old, err := open(ctx, before, s.Old, unpack)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, old.close()) }()
	young, err := open(ctx, after, s.New, unpack)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, young.close()) }()
	return s, s.merge(ctx, old, young, visit)
}

func open(ctx context.Context, dir string, m release.Manifest, unpack Unpack) (entries, error) {
	switch m.Format {
	case export.CSV:
		return openTables(dir)
	case export.Parquet:
		return openParquet(ctx, dir, unpack)
	}
	return openLines(dir, m)
}

// merge walks both side by side.
func (s *Summary) merge(ctx context.Context, old, young entries, visit func(Career) error) error {
	a, errA := old.next()
	b, errB := young.next()
	for {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		endA, endB := errors.Is(errA, io.EOF), errors.Is(errB, io.EOF)
		switch {
		case errA != nil && !endA:
			return errA
		case errB != nil && !endB:
			return errB
		case endA && endB:
			return nil
		}
		var err error
		switch {
		case endB || !endA && a.slug < b.slug:
			s.Removed++
			err = visit(Career{career.Removed, a.slug, a.name, []career.Change{}})
			a, errA = old.next()
		case endA || b.slug < a.slug:
			s.Added++
			err = visit(Career{career.Added, b.slug, b.name, []career.Change{}})
			b, errB = young.next()
		default:
			err = s.pair(a, b, visit)
			a, errA = old.next()
			b, errB = young.next()
		}
		if err != nil {
			return err
		}
	}
}

func (s *Summary) pair(a, b entry, visit func(Career) error) error {
	if bytes.Equal(a.raw, b.raw) {
		s.Same++
		return nil
	}
	changes := differences(a.value, b.value)
	if len(changes) == 0 {
		s.Touched++
		return nil
	}
	s.Changed++
	return visit(Career{career.Changed, b.slug, b.name, changes})
}
