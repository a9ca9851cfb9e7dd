//go:build unix

package broker

import (
	"os"
	"syscall"
)

// flock takes an exclusive lock that ends with the process, however it dies.
func flock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
