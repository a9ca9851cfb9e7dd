package chdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/go-faster/city"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// A compressed frame is a 16-byte CityHash128 of the rest, a method byte, two
// little-endian uint32 (compressed size with these nine bytes, plain size) and
// the data; see ClickHouse's CompressedReadBufferBase.
const (
	frameSum    = 16
	frameHeader = 9
	// maxFrame is the server's limit (DBMS_MAX_COMPRESSED_SIZE). Clients send
	// a whole batch as one frame, so ch-go's 128 MiB are too few.
	maxFrame = 1 << 30

	methodNone = 0x02
	methodLZ4  = 0x82
	methodZSTD = 0x90
)

// frameReader decompresses a request body of frames.
type frameReader struct {
	r    io.Reader
	raw  bytes.Buffer
	data []byte
	left []byte
	zstd *zstd.Decoder
}

// Read implements io.Reader.
func (f *frameReader) Read(p []byte) (int, error) {
	for len(f.left) == 0 {
		if err := f.frame(); err != nil {
			return 0, err
		}
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

// Close frees the decoder; the underlying reader is not closed.
func (f *frameReader) Close() error {
	if f.zstd != nil {
		f.zstd.Close()
	}
	return nil
}

func (f *frameReader) frame() error {
	var head [frameSum + frameHeader]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return err // io.EOF between frames is the end
	}
	rawSize := binary.LittleEndian.Uint32(head[frameSum+1:])
	size := binary.LittleEndian.Uint32(head[frameSum+5:])
	if rawSize < frameHeader || rawSize > maxFrame || size > maxFrame {
		return exceptionf(codeCannotDecompress, "CANNOT_DECOMPRESS", "Compressed frame of %d bytes, %d plain, is out of range", rawSize, size)
	}
	// The buffer grows with what arrives, not with what a header claims.
	f.raw.Reset()
	f.raw.Write(head[frameSum:])
	if _, err := io.CopyN(&f.raw, f.r, int64(rawSize)-frameHeader); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	sum := city.CH128(f.raw.Bytes())
	if sum.Low != binary.LittleEndian.Uint64(head[:]) || sum.High != binary.LittleEndian.Uint64(head[8:]) {
		return exceptionf(codeChecksum, "CHECKSUM_DOESNT_MATCH", "Checksum of a compressed frame does not match")
	}
	f.data = grow(f.data, int(size))
	if err := f.decode(head[frameSum]); err != nil {
		return exceptionf(codeCannotDecompress, "CANNOT_DECOMPRESS", "Cannot decompress a frame: %v", err)
	}
	f.left = f.data
	return nil
}

func (f *frameReader) decode(method byte) error {
	body, n := f.raw.Bytes()[frameHeader:], 0
	switch method {
	case methodNone:
		n = copy(f.data, body)
	case methodLZ4:
		var err error
		if n, err = lz4.UncompressBlock(body, f.data); err != nil {
			return err
		}
	case methodZSTD:
		if f.zstd == nil {
			var err error
			if f.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxFrame)); err != nil {
				return err
			}
		}
		out, err := f.zstd.DecodeAll(body, f.data[:0])
		if err != nil {
			return err
		}
		if n = len(out); n == len(f.data) {
			f.data = out
		}
	default:
		return fmt.Errorf("method 0x%02x is not known", method)
	}
	if n != len(f.data) {
		return fmt.Errorf("got %d bytes for %d", n, len(f.data))
	}
	return nil
}

func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}

// frameWriter compresses a response into frames of at most 1 MiB.
type frameWriter struct {
	w io.Writer
	c *compress.Writer
}

func newFrameWriter(w io.Writer, m compress.Method) *frameWriter {
	return &frameWriter{w: w, c: compress.NewWriter(compress.LevelZero, m)}
}

// Write implements io.Writer.
func (f *frameWriter) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		n := min(len(p)-done, 1<<20)
		if err := f.c.Compress(p[done : done+n]); err != nil {
			return done, fmt.Errorf("compress response: %w", err)
		}
		if _, err := f.w.Write(f.c.Data); err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}
