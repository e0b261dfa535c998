package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"anju/internal/db"
	"anju/internal/fault"
	"anju/internal/seal"
)

func TestLineAndExitCode(t *testing.T) {
	_, noKeys := seal.Load(filepath.Join(t.TempDir(), "none.key"))
	for _, tt := range []struct {
		err  error
		code int
		says string
	}{
		{nil, 0, ""},
		{No("cli.audit.no"), 1, "记录不完整"},
		{fmt.Errorf("verify: %w", No("cli.audit.no")), 1, "记录不完整"},
		{Problem("app.county"), 2, "6位"},
		{fmt.Errorf("open: %w", db.ErrOlder), 2, "anju migrate"},
		{fmt.Errorf("open: %w", db.ErrNewer), 2, "新版本"},
		{context.Canceled, 2, "已中断"},
		{&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, 2, "磁盘已满"},
		{&fs.PathError{Op: "open", Path: "x.csv", Err: syscall.ENOENT}, 2, "不存在（open x.csv"},
		{&fs.PathError{Op: "open", Path: "x.csv", Err: syscall.EACCES}, 2, "没有权限（open x.csv"},
		{&net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}, 2, "已被别的程序占用（listen"},
		{&net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRNOTAVAIL)}, 2, "不是本机的地址（listen"},
		{&fs.PathError{Op: "read", Path: "x", Err: syscall.EISDIR}, 2, "是文件夹，不是文件（read x"},
		{fmt.Errorf("migrate: %w", &pgconn.PgError{Code: "53100"}), 2, "磁盘已满"},
		{NoFolder(t.TempDir()), 2, "请写一个文件的名称"},
		{noKeys, 2, "--keys"},
		{errors.Join(errors.New("one\n\ttwo"), errors.New("three")), 2, "one two three"},
		{&fault.Fault{Kind: fault.Invalid, Key: "form.invalid", Fields: []fault.Field{{Name: "n", Key: "form.required"}}}, 2, ""},
	} {
		if got := ExitCode(tt.err); got != tt.code {
			t.Errorf("%v: exit code %d, want %d", tt.err, got, tt.code)
		}
		if tt.err == nil {
			continue
		}
		if line := Line(tt.err); line == "" || !strings.Contains(line, tt.says) || strings.ContainsAny(line, "\n\t⟦") {
			t.Errorf("%v: line %q, want %q in it", tt.err, line, tt.says)
		}
	}
}

func TestBar(t *testing.T) {
	run := func(tty, off bool, step time.Duration) string {
		var out bytes.Buffer
		b := (&Config{NoProgress: off}).Progress(&out, "备份")
		now := b.began
		b.tty, b.now = tty, func() time.Time { return now }
		for i := range 101 {
			b.Step(i, 100, "人口")
			now = now.Add(step)
		}
		b.Done()
		b.Step(1, 2, "") // too late
		return out.String()
	}
	if got := run(false, true, time.Second) + run(true, true, time.Second); got != "" {
		t.Errorf("--no-progress says %q", got)
	}
	lines := run(false, false, time.Second)
	if n := strings.Count(lines, "\n"); n < 20 || n > 23 || strings.ContainsAny(lines, "\r\x1b█") || !strings.HasSuffix(lines, "备份 100% 人口\n") {
		t.Errorf("plain lines: %q", lines)
	}
	if got := run(false, false, time.Millisecond); strings.Count(got, "\n") != 2 {
		t.Errorf("a quick command says the beginning and the end, not %q", got)
	}
	bar := run(true, false, time.Second)
	if strings.Count(bar, "\r") != 101 || strings.Count(bar, "\n") != 1 || !strings.Contains(bar, "[██████████████░░░░░░░░░░░░░░]  50% 人口 约余51秒") {
		t.Errorf("bar: %q", bar)
	}
	if got := strings.Count(run(true, false, time.Millisecond), "\r"); got != 2 {
		t.Errorf("drawn %d times within a tenth of a second", got)
	}
}

func TestNobodyWatchesNull(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if terminal(null) || terminal(io.Discard) {
		t.Error("a bar is drawn where nobody sees it")
	}
}
