package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/i18n"
	"anju/internal/seal"
)

// A command ends with 0 when it is done, with 1 when it is done and the answer
// is no, and with 2 when it could not be done; for 1 and 2 there is one clear
// line on the standard error.

// ErrNo means that a command was done and its answer is no: exit code 1.
var ErrNo = errors.New("the answer is no")

// No is an answer of no, in words of the catalogue.
func No(key string, args ...any) error {
	return errors.Join(fault.New(fault.Conflict, key, args...), ErrNo)
}

// Problem is something that could not be done, in words of the catalogue.
func Problem(key string, args ...any) error { return fault.New(fault.Invalid, key, args...) }

// ExitCode is what a command that ended with err exits with.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, ErrNo):
		return 1
	}
	return 2
}

// NoFolder refuses a folder where a file is to be written, before anything is
// done for it.
func NoFolder(file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return Problem("terminal.folder", "file", file)
	}
	return nil
}

// Line is an error as one line a person can act on.
func Line(err error) string {
	if f := fault.Of(err); f != nil {
		line := i18n.T(f.Key, f.Args...)
		for _, e := range f.Fields {
			line += " " + i18n.T(e.Key, e.Args...)
		}
		return strings.Join(strings.Fields(line), " ")
	}
	switch {
	case errors.Is(err, db.ErrNewer):
		return i18n.T("app.newer")
	case errors.Is(err, db.ErrOlder):
		return i18n.T("app.older")
	case errors.Is(err, context.Canceled):
		return i18n.T("terminal.stopped")
	case errors.Is(err, syscall.ENOSPC), db.Full(err):
		return i18n.T("terminal.disk_full", "why", reason(err))
	case errors.Is(err, seal.ErrKeyFile) && errors.Is(err, fs.ErrNotExist):
		return i18n.T("terminal.no_keys", "why", reason(err))
	case errors.Is(err, seal.ErrKeyFile):
		return i18n.T("terminal.keys", "why", reason(err))
	}
	return i18n.T("terminal.undone", "why", reason(err))
}

// reason is an error's own text on one line, with the commonest causes in the
// user's language.
func reason(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	for cause, key := range map[error]string{
		fs.ErrNotExist:        "terminal.cause.not_exist",
		fs.ErrPermission:      "terminal.cause.permission",
		syscall.EROFS:         "terminal.cause.read_only",
		syscall.EISDIR:        "terminal.cause.folder",
		syscall.EADDRINUSE:    "terminal.cause.port_used",
		syscall.EADDRNOTAVAIL: "terminal.cause.not_here",
		syscall.ECONNREFUSED:  "terminal.cause.refused",
	} {
		if errors.Is(err, cause) {
			return fmt.Sprintf("%s（%s）", i18n.T(key), text) //i18n:dynamic terminal.cause.
		}
	}
	return text
}
