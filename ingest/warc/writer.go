package warc

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/gzip"
)

// Config says how a Writer writes.
type Config struct {
	// Info are the fields of the warcinfo record, such as software, operator, robots
	// and http-header-user-agent. format and conformsTo are added.
	Info []Field
	// Clock gives the warcinfo record's date and the date of captures without one;
	// time.Now where nil.
	Clock func() time.Time
	// Rand gives the randomness of record ids; crypto/rand where nil.
	Rand io.Reader
}

// Writer appends records to one file. It may be used by several goroutines at
// once; a file may have one Writer at a time, in all processes, which a lock sees to
// where the system has one.
type Writer struct {
	cfg Config
	cut int64

	mu   sync.Mutex
	file *os.File
	// zip compresses records; nil in a plain file.
	zip *gzip.Writer
	// end is where the last whole record ends.
	end int64
	// info is the id of this session's warcinfo record.
	info string
	// failed is why nothing can be written any more.
	failed error
}

// Open begins a file or continues one, and writes a warcinfo record. A name that
// ends in .gz makes a file with a gzip member a record.
//
// A file that is there is read from beginning to end first. Half a record at its
// end, as a killed process leaves it, is cut off (see Cut); a file that is damaged
// in another way, or is none of ours, is left alone and is an error.
func Open(path string, cfg Config) (*Writer, error) {
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	cfg.Rand = cmp.Or[io.Reader](cfg.Rand, rand.Reader)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open WARC file: %w", err)
	}
	w := &Writer{cfg: cfg, file: file}
	if strings.HasSuffix(strings.ToLower(path), ".gz") {
		w.zip = gzip.NewWriter(io.Discard)
	}
	if err := flock(file); err != nil {
		return nil, errors.Join(fmt.Errorf("open WARC file %s: %w", path, err), file.Close())
	}
	if err := w.begin(filepath.Base(path)); err != nil {
		return nil, errors.Join(fmt.Errorf("open WARC file %s: %w", path, err), file.Close())
	}
	return w, nil
}

func (w *Writer) begin(name string) error {
	size, err := w.file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if w.end, err = wholeEnd(w.file, size, w.zip != nil); err != nil {
		return err
	}
	if w.cut = size - w.end; w.cut > 0 {
		if err := w.file.Truncate(w.end); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.writeInfo(name)
}

// Cut is how many bytes of half a record Open cut off the end of the file.
func (w *Writer) Cut() int64 { return w.cut }

// writeInfo writes the warcinfo record, which says what follows.
func (w *Writer) writeInfo(name string) error {
	var block strings.Builder
	for _, f := range w.cfg.Info {
		if err := checkField(f); err != nil {
			return err
		}
		block.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	block.WriteString("format: WARC File Format 1.1\r\n" +
		"conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n")
	id, err := w.newID()
	if err != nil {
		return err
	}
	rec := draft{Header{
		{"WARC-Type", string(Warcinfo)},
		{"WARC-Record-ID", "<" + id + ">"},
		{"WARC-Date", formatDate(w.cfg.Clock())},
		{"WARC-Filename", name},
		{"Content-Type", "application/warc-fields"},
	}, []byte(block.String())}
	w.info = id
	return w.append(rec)
}

// newID returns a random record id.
func (w *Writer) newID() (string, error) {
	id, err := uuid.NewRandomFromReader(w.cfg.Rand)
	if err != nil {
		return "", fmt.Errorf("make a record id: %w", err)
	}
	return id.URN(), nil
}

// append writes one record in one write. When that fails, what was written of it
// is taken back, so that the file stays whole.
func (w *Writer) append(d draft) error {
	if w.failed != nil {
		return w.failed
	}
	b, err := d.encode(w.zip)
	if err != nil {
		return err
	}
	if _, err := w.file.WriteAt(b, w.end); err != nil {
		err = fmt.Errorf("write WARC record: %w", err)
		if back := w.file.Truncate(w.end); back != nil {
			w.failed = errors.Join(err, back)
			return w.failed
		}
		return err
	}
	w.end += int64(len(b))
	return nil
}

// Size is the size of the file in bytes. The standard's annex recommends to begin
// another at 1 GB.
func (w *Writer) Size() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.end
}

// errClosed is for writes after Close.
var errClosed = errors.New("WARC file is closed")

// Close makes the file durable (fsync) and closes it. Close again does nothing.
func (w *Writer) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if errors.Is(w.failed, errClosed) {
		return nil
	}
	w.failed = errClosed
	if err := errors.Join(w.file.Sync(), w.file.Close()); err != nil {
		return fmt.Errorf("close WARC file: %w", err)
	}
	return nil
}
