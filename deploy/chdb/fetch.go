package chdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// fetcher gets one release into one directory of the cache.
type fetcher struct {
	cfg LibraryConfig
	rel release
	dir string
	// told is the highest progress told: files are renamed and removed on the
	// way, and a progress bar should not run back.
	told int64
}

// poll is how often a lock is tried and progress is told.
const poll = 200 * time.Millisecond

var errStalled = errors.New("the download shows no growth")

func (f *fetcher) total() int64 { return f.rel.packed + f.rel.size }

// fetch downloads the library unless another process does so first.
func (f *fetcher) fetch(ctx context.Context, path string) error {
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		return f.explain(err)
	}
	lock, err := os.OpenFile(filepath.Join(f.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return f.explain(err)
	}
	defer func() { _ = lock.Close() }() // gives the lock back
	if err := f.await(ctx, lock); err != nil {
		return err
	}
	if f.cached(path) {
		return nil // the process that held the lock has done it
	}
	f.clean() // what a killed process left
	defer f.clean()
	incoming, err := os.MkdirTemp(f.dir, "incoming-")
	if err != nil {
		return f.explain(err)
	}
	started := time.Now()
	f.cfg.Logger.Info("downloading libchdb, the embedded clickhouse; this happens once", "package", f.rel.spec, "bytes", f.rel.packed, "to", f.dir)
	stop := f.report()
	packed, err := f.pack(ctx, incoming)
	if err == nil {
		err = f.unpack(ctx, packed, filepath.Join(incoming, f.rel.file), path)
	}
	stop()
	if err != nil {
		return f.explain(err)
	}
	f.tell(f.total())
	f.cfg.Logger.Info("libchdb is ready", "file", path, "took", time.Since(started).Round(time.Millisecond))
	return nil
}

// await takes the lock, telling the progress of the process that holds it.
func (f *fetcher) await(ctx context.Context, lock *os.File) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for told := false; ; {
		err := tryLock(lock)
		if err == nil {
			return nil
		}
		if !errors.Is(err, errLocked) {
			return fmt.Errorf("lock %s: %w", lock.Name(), err)
		}
		if !told {
			told = true
			f.cfg.Logger.Info("waiting for another process that downloads libchdb", "to", f.dir)
		}
		f.tell(f.done())
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for another process that downloads libchdb: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// pack runs npm and returns the package it wrote. npm prints no progress and
// verifies against what the registry says; the pinned sum is checked later.
func (f *fetcher) pack(ctx context.Context, dir string) (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errors.New("it is not in the cache and npm, which downloads it, is not installed: install npm (it comes with Node.js) and run this again" + waysOut)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watched := make(chan struct{})
	go func() { defer close(watched); f.watch(ctx, cancel) }()
	defer func() { cancel(nil); <-watched }()

	var out, diag bytes.Buffer
	cmd := exec.CommandContext(ctx, npm, "pack", f.rel.spec, "--json", "--ignore-scripts", "--no-update-notifier", "--loglevel=error",
		"--pack-destination", dir, "--cache", filepath.Join(dir, "npm"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &diag // not in a directory with an .npmrc of its own
	killGroup(cmd)
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", fmt.Errorf("download with npm: %w", context.Cause(ctx))
		}
		return "", fmt.Errorf("download with npm: %w: %s", err, lastLines(diag.String()+out.String()))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("download with npm: %w", err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tgz") {
			return filepath.Join(dir, e.Name()), nil
		}
	}
	return "", fmt.Errorf("download with npm: it wrote no package: %s", lastLines(diag.String()))
}

// lastLines is the end of a program's complaint.
func lastLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-6):], " | ")
}

// watch ends a download that stands still.
func (f *fetcher) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	last, grown := int64(-1), time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n := f.done(); n != last {
			last, grown = n, time.Now()
		} else if time.Since(grown) > f.cfg.Stall {
			cancel(fmt.Errorf("%w for %s", errStalled, f.cfg.Stall))
			return
		}
	}
}

// report tells progress until the returned function is called.
func (f *fetcher) report() (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(poll)
		defer tick.Stop()
		for {
			f.tell(f.done())
			select {
			case <-quit:
				return
			case <-tick.C:
			}
		}
	}()
	return func() { close(quit); <-ended }
}

func (f *fetcher) tell(done int64) {
	if f.cfg.Progress != nil {
		f.told = max(f.told, done)
		f.cfg.Progress(f.told, f.total())
	}
}

// done measures the incoming directory, whichever process fills it: npm's
// files up to the size of the package, then the library as it is unpacked.
func (f *fetcher) done() int64 {
	var npm, lib int64
	// Files come and go under the walk; what cannot be read counts nothing.
	for _, dir := range f.incoming() {
		_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			info, err := d.Info()
			switch {
			case err != nil:
			case d.Name() == f.rel.file:
				lib += info.Size()
			default:
				npm += info.Size()
			}
			return nil
		})
	}
	return min(npm, f.rel.packed) + min(lib, f.rel.size)
}

func (f *fetcher) incoming() []string {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil
	}
	var dirs []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "incoming-") {
			dirs = append(dirs, filepath.Join(f.dir, e.Name()))
		}
	}
	return dirs
}

// clean removes every incoming directory; the lock is held, so none is in use.
func (f *fetcher) clean() {
	for _, dir := range f.incoming() {
		if err := os.RemoveAll(dir); err != nil {
			f.cfg.Logger.Warn("temporary files of a download stay behind", "dir", dir, "error", err)
		}
	}
}

// explain adds what to do about an error.
func (f *fetcher) explain(err error) error {
	switch {
	case errors.Is(err, context.Canceled), strings.Contains(err.Error(), "npm, which downloads it"):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), strings.Contains(err.Error(), "ENOSPC"):
		return fmt.Errorf("disk is full at %s: libchdb needs %d MB free there while it is unpacked and %d MB afterwards: make room, or set XDG_CACHE_HOME to another disk%s: %w",
			f.dir, (3*f.rel.packed+f.rel.size)>>20, f.rel.size>>20, waysOut, err)
	}
	return fmt.Errorf("%w; try again%s", err, waysOut)
}
