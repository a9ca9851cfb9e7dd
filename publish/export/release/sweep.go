package release

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What is unfinished has a name that begins with a dot and tells who writes it:
// .NAME.partial-HOST-PID-RANDOM.

// partial is the pattern of such a name, for os.MkdirTemp.
func partial(name string) string {
	return fmt.Sprintf(".%s.partial-%s-%d-*", name, host(), os.Getpid())
}

// abandoned is how long nothing was written in what an unknown process left, until
// it is swept.
const abandoned = 24 * time.Hour

var partialName = regexp.MustCompile(`^\..+\.partial-(?:([0-9a-f]{8})-([0-9]{1,10})-)?[0-9]+$`)

// sweep removes what exports into a folder left when they were killed: at once
// where their process was on this host and is dead, and a day after the last write
// otherwise. What cannot be removed is in nobody's way.
func sweep(parent string, now time.Time) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, entry := range entries {
		m := partialName.FindStringSubmatch(entry.Name())
		if m == nil || !entry.IsDir() && !entry.Type().IsRegular() {
			continue
		}
		path := filepath.Join(parent, entry.Name())
		pid, _ := strconv.Atoi(m[2]) // digits, or none: 0 is nobody
		if m[1] == host() && dead(pid) || now.Sub(written(path)) > abandoned {
			_ = os.RemoveAll(path)
		}
	}
}

// written is when anything in path was written last.
func written(path string) (last time.Time) {
	_ = filepath.WalkDir(path, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // gone meanwhile
		}
		if info, err := entry.Info(); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
		return nil
	})
	if last.IsZero() {
		return time.Now()
	}
	return last
}

// dead reports that no process of this host has the id.
func dead(pid int) bool {
	if pid <= 0 {
		return false
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = process.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}

// host tells machines and containers apart: processes of one see each other's ids.
// A boot makes it another one.
func host() string {
	var parts []string
	if name, err := os.Hostname(); err == nil {
		parts = append(parts, name)
	}
	if boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		parts = append(parts, strings.TrimSpace(string(boot)))
	}
	if namespace, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		parts = append(parts, namespace)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, " ")))
	return hex.EncodeToString(sum[:4])
}
