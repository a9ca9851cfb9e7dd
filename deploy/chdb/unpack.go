package chdb

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// errIntegrity: the package is not the pinned one, whatever its source says.
var errIntegrity = errors.New("downloaded package does not match its pinned sum")

// ctxReader ends a copy with its context.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (c ctxReader) Read(p []byte) (int, error) {
	if c.ctx.Err() != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}

// unpack checks the package and puts its library in place, by way of tmp.
func (f *fetcher) unpack(ctx context.Context, packed, tmp, path string) error {
	in, err := os.Open(packed)
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	defer func() { _ = in.Close() }()
	sum := sha512.New()
	if _, err := io.Copy(sum, ctxReader{ctx, in}); err != nil {
		return fmt.Errorf("read package: %w", err)
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != f.rel.integrity {
		return fmt.Errorf("%w: %s has %s, want %s", errIntegrity, f.rel.spec, got, f.rel.integrity)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read package: %w", err)
	}
	if err := f.extract(ctxReader{ctx, in}, tmp); err != nil {
		return fmt.Errorf("unpack library: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("unpack library: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("unpack library: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("unpack library: %w", err)
	}
	return nil
}

// extract writes the one member that is wanted, synced to disk.
func (f *fetcher) extract(packed io.Reader, tmp string) error {
	z, err := gzip.NewReader(packed)
	if err != nil {
		return err
	}
	archive := tar.NewReader(z)
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("package has no %s", f.rel.member)
		}
		if err != nil {
			return err
		}
		if head.Name == f.rel.member && head.Typeflag == tar.TypeReg {
			break
		}
	}
	out, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(archive, f.rel.size+1))
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); n != f.rel.size || got != f.rel.sha256 {
		return fmt.Errorf("%w: library has %d bytes and sha256 %s, want %d and %s", errIntegrity, n, got, f.rel.size, f.rel.sha256)
	}
	return nil
}
