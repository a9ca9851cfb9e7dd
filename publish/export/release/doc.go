// Package release consumes files as they are written, produces a folder that is
// there whole or not at all: the files, manifest.json that says what they are, and
// SHA256SUMS for sha256sum -c.
//
// A folder is written under a name that begins with a dot and is renamed when all
// of it is on the disk. Who finds it under its own name finds it complete,
// whatever stopped the program or the machine; what a kill leaves behind is the
// folder with the dot, which nothing reads and anybody may delete.
package release
