//go:build !linux && !darwin

package chdb

import (
	"os"
	"os/exec"
)

func tryLock(*os.File) error { return errPlatform() }

func killGroup(*exec.Cmd) {}

func checkObject(string) error { return errPlatform() }

func loadBinding(string) (*binding, error) { return nil, errPlatform() }
