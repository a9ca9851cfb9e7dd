package sink

import (
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"syscall"
)

// owner is the process that writes a sink.
type owner struct {
	// ID is new for every sink of every process.
	ID string `json:"id"`
	// Host tells machines and containers apart: processes with the same Host
	// see each other's process ids.
	Host string `json:"host"`
	PID  int    `json:"pid"`
}

// self describes this process.
func self() owner {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	parts := []string{host}
	// Containers may share a host name, and a machine keeps its name over a
	// boot: on Linux the boot and the process namespace tell them apart.
	if boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		parts = append(parts, strings.TrimSpace(string(boot)))
	}
	if namespace, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		parts = append(parts, namespace)
	}
	return owner{ID: rand.Text(), Host: strings.Join(parts, " "), PID: os.Getpid()}
}

// gone reports that the process is surely dead: it was on this host, and no
// process has its id any more.
func (o owner) gone(me owner) bool {
	if o.Host == "" || o.Host != me.Host || o.PID <= 0 {
		return false
	}
	process, err := os.FindProcess(o.PID)
	if err != nil {
		return false
	}
	err = process.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}
