//go:build linux

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/publish/sink"
	"careerstream/schemas/stream"
)

// smallDisk mounts a file system of some megabytes on dir until the test ends.
func smallDisk(t *testing.T, dir string, megabytes int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+strconv.Itoa(megabytes)+"m"); err != nil {
		skip(t, "needs the right to mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fillDisk takes all space that is left on dir's disk; the returned function
// gives it back.
func fillDisk(t *testing.T, dir string) (free func()) {
	t.Helper()
	file, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for size := 1 << 20; size > 0; {
		n, err := file.Write(make([]byte, size))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			if n == 0 {
				size /= 2
			}
		case err != nil:
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(file.Name()); err != nil {
			t.Error(err)
		}
	}
}

func TestClickHouseDiskFull(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	disk := datadir.Dir(data).ClickHouse()
	smallDisk(t, disk, 128)
	server := startClickHouse(t, data, "", clickHousePassword)
	p := startPipeline(t, server.dsn())
	p.ingest(3)
	p.allStored()
	free := fillDisk(t, disk)
	p.nothingStored(3, "no disk space for ClickHouse", "free disk space")
	free()
	p.allStored()
	p.quiet(25)
}

// TestBrokerDiskFull fills the disk of `up` itself, while pages come in as fast
// as they can.
func TestBrokerDiskFull(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	smallDisk(t, data, 200)
	p := &pipeline{process: startUp(t, data)}
	p.ingest(3)
	p.allStored()
	const more = 400
	pages := t.TempDir()
	for i := range more {
		if err := sample.Write(pages, sample.Generate(p.pages+i, 1000, 1)); err != nil {
			t.Fatal(err)
		}
	}
	taken := func() uint64 {
		var info sink.LogInfo
		p.asked(func() (err error) {
			info, err = p.broker().Log(stream.Pages).Info(t.Context())
			return err
		})
		return info.Last
	}
	ingest := launch(t, data, "ingest", "--data", data, "--no-wait", "--json", pages)
	p.waitFor("pages", 20*time.Second, func() bool { return taken() > 30 })
	free := fillDisk(t, data)
	full := []string{"no space for the broker's streams", "free disk space"}
	p.waitTrouble(full...)
	ingest.waitFor("word of the ingest", 20*time.Second, func() bool { return strings.Contains(ingest.log.String(), "free disk space") })
	if code := ingest.stop(os.Interrupt); code != exitInterrupted {
		t.Errorf("ingest: exit code %d after Ctrl-C, want %d", code, exitInterrupted)
	}
	said := ingest.log.String()
	if !strings.Contains(said, `"complete": false`) || !strings.Contains(said, "run it again to take the rest") || strings.Count(said, "\n") > 30 {
		t.Errorf("ingest said\n%s", said)
	}
	before := taken()
	if before >= more {
		t.Errorf("%d pages were taken before the disk was full", before)
	}
	p.waitTrouble(full...)
	free()
	p.waitDrained()
	rest := decodeOutput[result](t, mustRun(t, "ingest", "--data", data, "--json", pages)).Statement
	// A page may be stored although its ingest was stopped before it heard so.
	p.pages += more
	if got := uint64(rest.Taken); got != uint64(p.pages)-before || rest.Taken+rest.Unchanged != more {
		t.Errorf("%d of %d pages were taken before, and then %d taken and %d unchanged", before, p.pages, rest.Taken, rest.Unchanged)
	}
	p.allStored()
	p.quiet(40)
}
