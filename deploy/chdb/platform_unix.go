//go:build linux || darwin

package chdb

import (
	"debug/elf"
	"debug/macho"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// tryLock takes an exclusive lock that the kernel drops with the process.
func tryLock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}

// killGroup makes a cancelled command take its children along.
func killGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// checkObject reads the object file's tables. Mapping a truncated library
// would end the process with SIGBUS.
func checkObject(path string) error {
	var object io.Closer
	var err error
	if runtime.GOOS == "darwin" {
		object, err = macho.Open(path)
	} else {
		var f *elf.File
		f, err = elf.Open(path)
		if object = f; err == nil {
			err = checkSegments(f, path)
		}
	}
	if err != nil {
		return err
	}
	return object.Close()
}

func checkSegments(f *elf.File, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	for _, p := range f.Progs {
		if end := p.Off + p.Filesz; end > uint64(info.Size()) {
			return fmt.Errorf("file has %d bytes, its tables speak of %d", info.Size(), end)
		}
	}
	return nil
}
