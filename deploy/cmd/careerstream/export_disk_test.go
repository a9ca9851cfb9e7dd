//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExportDiskFull(t *testing.T) {
	t.Parallel()
	data, disk := publishedSample(t), filepath.Join(t.TempDir(), "disk")
	smallDisk(t, disk, 1)
	free := fillDisk(t, disk)
	for _, args := range [][]string{
		{"--format", "ndjson", "--release", "r"}, {"--format", "csv", "--release", "r"}, {"--format", "parquet", "--release", "r"},
	} {
		e := runProgram(t, "", append([]string{"export", "--data", data, "--out", disk}, args...)...)
		if e.code != exitFailed || !strings.Contains(e.stderr, "no space left on device") {
			t.Errorf("export %v: code %d, %s", args, e.code, e.stderr)
		}
	}
	file := filepath.Join(disk, "careers.ndjson")
	if e := runProgram(t, "", "export", "--data", data, "--out", file); e.code != exitFailed || !strings.Contains(e.stderr, "no space left on device") {
		t.Errorf("export to a file: code %d, %s", e.code, e.stderr)
	}
	if got := folder(t, disk); len(got) != 1 {
		t.Errorf("left %v", got)
	}
	free()
	mustRun(t, "export", "--data", data, "--out", file)
	if info, err := os.Stat(file); err != nil || info.Size() == 0 {
		t.Errorf("after space was freed: %v, %v", info, err)
	}
}
