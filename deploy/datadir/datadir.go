// Package datadir is the folder in which careerstream keeps its engines' files:
// one process owns it at a time, and tells the others how to reach it.
package datadir

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Dir is a data directory. Its methods only name paths; Lock takes it.
type Dir string

// Default returns the user's data directory for careerstream:
// $XDG_DATA_HOME/careerstream or ~/.local/share/careerstream
// (https://specifications.freedesktop.org/basedir-spec/latest/), on macOS
// ~/Library/Application Support/careerstream.
func Default() (Dir, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return Dir(filepath.Join(dir, "careerstream")), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the data directory: %w; name one with --data DIR", err)
	}
	if runtime.GOOS == "darwin" {
		return Dir(filepath.Join(home, "Library", "Application Support", "careerstream")), nil
	}
	return Dir(filepath.Join(home, ".local", "share", "careerstream")), nil
}

// NATS is the folder of the embedded broker.
func (d Dir) NATS() string { return filepath.Join(string(d), "nats") }

// ClickHouse is the folder of the embedded engine.
func (d Dir) ClickHouse() string { return filepath.Join(string(d), "clickhouse") }

func (d Dir) lockFile() string     { return filepath.Join(string(d), "lock") }
func (d Dir) endpointFile() string { return filepath.Join(string(d), "up.json") }

// InUseError says that another process owns the directory.
type InUseError struct {
	Dir Dir
	// PID of the owner, or 0 when it cannot be told.
	PID int
}

func (e *InUseError) Error() string {
	owner := "another process"
	if e.PID > 0 {
		owner = "process " + strconv.Itoa(e.PID)
	}
	return fmt.Sprintf("data directory %s is in use by %s; stop it, or name another directory with --data", string(e.Dir), owner)
}

// Lock is ownership of a directory. The kernel ends it with the process,
// however that dies.
type Lock struct {
	dir  Dir
	file *os.File
}

// How long Lock waits for a process that only looks at the lock, and Endpoint
// for an owner that is still starting.
const (
	lockPatience     = 300 * time.Millisecond
	endpointPatience = 15 * time.Second
	pollInterval     = 30 * time.Millisecond
)

// Lock takes the directory, making it if need be. An *InUseError names the
// process that has it.
func (d Dir) Lock(ctx context.Context) (*Lock, error) {
	var lock *Lock
	err := poll(ctx, lockPatience, func() (err error) {
		lock, err = d.tryLock()
		return err
	})
	return lock, err
}

// poll calls try until it returns something other than an *InUseError, patience
// is over, or ctx ends.
func poll(ctx context.Context, patience time.Duration, try func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		err := try()
		var inUse *InUseError
		if !errors.As(err, &inUse) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-ticker.C:
		}
	}
}

func (d Dir) tryLock() (*Lock, error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w; name another one with --data", err)
	}
	file, err := os.OpenFile(d.lockFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open lock of data directory: %w; name another one with --data", err)
	}
	if err := lockFile(file); err != nil {
		defer func() { _ = file.Close() }()
		if errors.Is(err, errLocked) {
			return nil, &InUseError{Dir: d, PID: readPID(file)}
		}
		return nil, fmt.Errorf("lock data directory %s: %w", string(d), err)
	}
	pid := strconv.Itoa(os.Getpid()) + "\n"
	if err := errors.Join(file.Truncate(0), writeAt(file, pid)); err != nil {
		return nil, errors.Join(fmt.Errorf("write lock of data directory: %w", err), file.Close())
	}
	// What a killed owner left behind would point nowhere.
	if err := os.Remove(d.endpointFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(fmt.Errorf("remove old endpoint file: %w", err), file.Close())
	}
	return &Lock{dir: d, file: file}, nil
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

func readPID(file *os.File) int {
	text := make([]byte, 32)
	n, _ := file.ReadAt(text, 0)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text[:n])))
	if err != nil {
		return 0
	}
	return pid
}

// Release gives the directory up and removes what Announce wrote.
func (l *Lock) Release() error {
	err := os.Remove(l.dir.endpointFile())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.file.Close())
}

// Endpoint says how other processes of the same user reach the engines of the
// owner. It holds secrets; its file is readable by the owner alone.
type Endpoint struct {
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	// NATS is a nats: URL with its token, ClickHouse an http: DSN with user and
	// password, Web the address of health and metrics; "" where there is none.
	NATS       string `json:"nats"`
	ClickHouse string `json:"clickhouse"`
	Web        string `json:"web"`
}

// Announce writes the endpoint for others to find.
func (l *Lock) Announce(e Endpoint) error {
	e.PID = os.Getpid()
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return fmt.Errorf("encode endpoint: %w", err)
	}
	temporary := l.dir.endpointFile() + ".tmp"
	if err := os.WriteFile(temporary, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write endpoint: %w", err)
	}
	if err := os.Rename(temporary, l.dir.endpointFile()); err != nil {
		return fmt.Errorf("write endpoint: %w", err)
	}
	return nil
}

// Endpoint returns how to reach the process that owns the directory, and false
// when none does. It waits a little for an owner that is still starting; one
// that announces nothing gives an *InUseError.
func (d Dir) Endpoint(ctx context.Context) (Endpoint, bool, error) {
	var (
		endpoint Endpoint
		owned    bool
	)
	err := poll(ctx, endpointPatience, func() (err error) {
		endpoint, owned, err = d.readEndpoint()
		return err
	})
	return endpoint, owned, err
}

func (d Dir) readEndpoint() (Endpoint, bool, error) {
	file, err := os.OpenFile(d.lockFile(), os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoint{}, false, nil
	}
	if err != nil {
		return Endpoint{}, false, fmt.Errorf("open lock of data directory: %w; name another one with --data", err)
	}
	defer func() { _ = file.Close() }()
	if err := probeLock(file); err == nil {
		return Endpoint{}, false, nil // nobody holds it
	} else if !errors.Is(err, errLocked) {
		return Endpoint{}, false, fmt.Errorf("look at lock of data directory %s: %w", string(d), err)
	}
	text, err := os.ReadFile(d.endpointFile())
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoint{}, false, &InUseError{Dir: d, PID: readPID(file)}
	}
	if err != nil {
		return Endpoint{}, false, fmt.Errorf("read endpoint: %w", err)
	}
	var e Endpoint
	if err := json.Unmarshal(text, &e); err != nil {
		return Endpoint{}, false, fmt.Errorf("read endpoint %s: %w", d.endpointFile(), err)
	}
	if pid := readPID(file); pid != e.PID {
		// A killed owner's, which the one that is starting has yet to remove.
		return Endpoint{}, false, &InUseError{Dir: d, PID: pid}
	}
	return e, true, nil
}
