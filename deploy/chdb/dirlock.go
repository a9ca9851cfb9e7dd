package chdb

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// InUseError says that another process holds the data directory.
type InUseError struct {
	// Dir is the data directory.
	Dir string
	// PID is the process that holds it, 0 when it could not be read.
	PID int
}

// Error names the process and the ways out.
func (e *InUseError) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	if e.PID == os.Getpid() {
		who = "this process"
	}
	return fmt.Sprintf("data directory %s is in use by %s: stop it, or give this one another directory", e.Dir, who)
}

// errLocked is what tryLock returns when somebody else holds the lock.
var errLocked = errors.New("file is locked")

const lockFile = "careerstream.lock"

// lockDir takes the data directory for this process until the file is closed.
// The engine has a lock of its own (DIR/status), but tells only standard error
// why it refuses.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	err = tryLock(f)
	if err == nil {
		// A process that died before the engine wrote its status must not be
		// blamed: the holder is named in the lock file too.
		if err = f.Truncate(0); err == nil {
			_, err = f.WriteAt([]byte("PID: "+strconv.Itoa(os.Getpid())+"\n"), 0)
		}
		if err == nil {
			return f, nil
		}
	}
	pid := readPID(f.Name())
	_ = f.Close()
	if errors.Is(err, errLocked) {
		return nil, &InUseError{Dir: dir, PID: pid}
	}
	return nil, fmt.Errorf("lock data directory: %w", err)
}

// statusHolder returns the process that holds the engine's own lock, for a
// directory in use by a program that is not this one.
func statusHolder(dir string) (int, bool) {
	path := filepath.Join(dir, "status")
	f, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer func() { _ = f.Close() }()
	if !errors.Is(tryLock(f), errLocked) {
		return 0, false
	}
	return readPID(path), true
}

var pidRE = regexp.MustCompile(`(?m)^PID: (\d+)`)

func readPID(path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	m := pidRE.FindSubmatch(text)
	if m == nil {
		return 0
	}
	pid, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return 0
	}
	return pid
}
