//go:build unix

package warc

import (
	"errors"
	"os"
	"syscall"
)

// flock takes an exclusive lock that ends with the process, however it dies.
func flock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.New("another process writes to it; give each a file of its own")
	}
	return err
}
