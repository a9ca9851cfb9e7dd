package frontier

import (
	"crypto/rand"
	"errors"
	"os"
	"strings"
	"syscall"
)

// Owner is a process that may own hosts.
type Owner struct {
	// ID is new for every Self.
	ID string `json:"id"`
	// Machine tells machines and containers apart: processes with the same one
	// see each other's process ids and read one clock.
	Machine string `json:"machine"`
	PID     int    `json:"pid"`
}

// Self describes this process.
func Self() Owner {
	name, err := os.Hostname()
	if err != nil {
		name = ""
	}
	parts := []string{name}
	// Containers may share a host name, and a machine keeps its name over a
	// boot: on Linux the boot and the process namespace tell them apart.
	if boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		parts = append(parts, strings.TrimSpace(string(boot)))
	}
	if namespace, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		parts = append(parts, namespace)
	}
	return Owner{ID: rand.Text(), Machine: strings.Join(parts, " "), PID: os.Getpid()}
}

// gone reports that the process is surely dead: it was on this machine, and no
// process has its id any more.
func (o Owner) gone(me Owner) bool {
	if o.Machine == "" || o.Machine != me.Machine || o.PID <= 0 {
		return false
	}
	process, err := os.FindProcess(o.PID)
	if err != nil {
		return false
	}
	err = process.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}
