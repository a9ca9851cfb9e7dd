package chdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// LibraryVersion is the libchdb release in use: ClickHouse 26.7.
const LibraryVersion = "26.7.3-stable.1"

// LibraryEnv names a libchdb file to use instead of the cached one.
const LibraryEnv = "CAREERSTREAM_CHDB"

// DefaultStall is how long a download may show no growth.
const DefaultStall = 3 * time.Minute

// LibraryConfig says where the library is looked for and who hears of a
// download. The zero value is usable.
type LibraryConfig struct {
	// File is a libchdb to use as it is (default: the environment variable CAREERSTREAM_CHDB).
	File string
	// CacheDir holds "careerstream/libchdb-..." (default: the user's cache directory).
	CacheDir string
	// Logger hears of the start and the end of a download, and of waiting for
	// another process's (default: none).
	Logger *slog.Logger
	// Progress, if set, hears several times a second of the bytes downloaded
	// and unpacked so far and in all, also when another process does the work.
	// Calls do not overlap.
	Progress func(done, total int64)
	// Stall bounds how long a download may show no growth (default 3 minutes).
	Stall time.Duration
}

// release is one platform's library, pinned.
type release struct {
	name      string // in the cache
	spec      string // npm package and version
	integrity string // sha512 of the package, base64, as npm writes it
	packed    int64  // bytes of the package
	member    string // the library in it
	file      string // the library in the cache
	size      int64
	sha256    string // hex
}

// releases by GOOS/GOARCH; what is not here is not known to be genuine.
func releases(platform string) (release, bool) {
	switch platform {
	case "linux/amd64":
		return release{
			name:      "libchdb-" + LibraryVersion + "-linux-amd64",
			spec:      "@chdb/lib-linux-x64-gnu@" + LibraryVersion,
			integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
			packed:    177817999,
			member:    "package/libchdb.so",
			file:      "libchdb.so",
			size:      566330096,
			sha256:    "36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5",
		}, true
	}
	return release{}, false
}

func errPlatform() error {
	return fmt.Errorf("no embedded clickhouse is known for %s/%s", runtime.GOOS, runtime.GOARCH)
}

// waysOut ends every error about a library that cannot be had.
const waysOut = "; either use any ClickHouse server with --clickhouse DSN, or point " + LibraryEnv + " at a libchdb " + LibraryVersion + " file"

// EnsureLibrary returns a libchdb file that is complete and of the pinned
// release: the file that CAREERSTREAM_CHDB names, else the cached one, else one
// downloaded with npm (178 MB; 566 MB unpacked) and checked against a pinned
// sha512. However many processes ask at once, one downloads and the others
// wait. Ending ctx ends a download or a wait and leaves nothing behind. Errors
// name the ways out.
func EnsureLibrary(ctx context.Context, cfg LibraryConfig) (string, error) {
	if file := cmp.Or(cfg.File, os.Getenv(LibraryEnv)); file != "" {
		if err := checkLibrary(file); err != nil {
			return "", fmt.Errorf("use libchdb from %s: %w; correct or unset %s", file, err, LibraryEnv)
		}
		return file, nil
	}
	rel, ok := releases(runtime.GOOS + "/" + runtime.GOARCH)
	if !ok {
		return "", fmt.Errorf("get libchdb: %w%s", errPlatform(), waysOut)
	}
	return ensure(ctx, cfg, rel)
}

func ensure(ctx context.Context, cfg LibraryConfig, rel release) (string, error) {
	cfg.Stall = cmp.Or(cfg.Stall, DefaultStall)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.CacheDir == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a cache directory for libchdb: %w%s", err, waysOut)
		}
		cfg.CacheDir = dir
	}
	f := &fetcher{cfg: cfg, rel: rel, dir: filepath.Join(cfg.CacheDir, "careerstream", rel.name)}
	path := filepath.Join(f.dir, rel.file)
	if f.cached(path) {
		return path, nil
	}
	if err := f.fetch(ctx, path); err != nil {
		return "", fmt.Errorf("get libchdb: %w", err)
	}
	return path, nil
}

// cached reports whether the file is there in full. Its content was checked
// before it got its name, so its size tells whether it still is.
func (f *fetcher) cached(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if info.Mode().IsRegular() && info.Size() == f.rel.size {
		return true
	}
	f.cfg.Logger.Warn("cached libchdb is damaged and will be replaced", "file", path, "bytes", info.Size(), "want", f.rel.size)
	return false
}

// checkLibrary says why a file is no usable library.
func checkLibrary(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	}
	if err := checkObject(path); err != nil {
		return fmt.Errorf("it is not a complete shared library of this platform: %w", err)
	}
	_, err = loadBinding(path)
	return err
}
