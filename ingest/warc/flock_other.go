//go:build !unix

package warc

import "os"

// flock does nothing where the system has no advisory locks.
func flock(*os.File) error { return nil }
