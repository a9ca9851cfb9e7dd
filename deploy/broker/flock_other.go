//go:build !unix

package broker

import "os"

// flock does nothing where the system has no advisory locks.
func flock(*os.File) error { return nil }
