// Command anju is the working system of a county that has moved people out of
// the mountains: the register, the residence booklet and the people network, in
// one file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"anju/internal/app"
	"anju/internal/i18n"
)

// A command is one word after anju. Its help and its flags come from the
// catalogue and from its flag set.
type command struct {
	name string // "booklet print" has two words
	args string // "FILE"
	run  func(ctx context.Context, c *call) error
}

// A call is one use of a command.
type call struct {
	*app.Config
	flags    *flag.FlagSet
	out, err io.Writer
}

// arg is the n-th argument after the flags, or "".
func (c *call) arg(n int) string { return c.flags.Arg(n) }

func commands() []command {
	return []command{
		{"init", "", initCounty},
		{"serve", "", serve},
		{"demo", "", demo},
		{"import", "KIND FILE", importFile},
		{"import county", "DIR", importCounty},
		{"booklet print", "NUMBER", printBooklet},
		{"backup", "FILE", backup},
		{"restore", "FILE", restore},
		{"export", "DIR", exportCounty},
		{"migrate", "", migrate},
		{"audit verify", "", verifyLogs},
		{"check", "[CODE]", check},
		{"trust", "", signTrust},
		{"audit record", "FILE", checkRecord},
		{"admin list", "", listAccounts},
		{"admin reset", "LOGIN", resetAccount},
		{"version", "", version},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command and returns the exit code: 0 done, 1 the answer is no,
// 2 it could not be done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		return help(stdout, stderr, args)
	}
	cmd, rest, ok := find(args)
	if !ok {
		fmt.Fprintln(stderr, unknown(args[0]))
		return 2
	}
	c := &call{flags: flag.NewFlagSet(cmd.name, flag.ContinueOnError), out: stdout, err: stderr}
	c.flags.SetOutput(io.Discard)
	c.Config = app.Flags(c.flags)
	own := ownFlags[cmd.name]
	if own != nil {
		own(c.flags)
	}
	if err := parse(c.flags, rest); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			helpOf(stdout, cmd)
			return 0
		}
		fmt.Fprintln(stderr, i18n.T("cli.bad_flag", "why", flagFault(c.flags, err), "command", cmd.name))
		return 2
	}
	if n := len(strings.Fields(cmd.args)); c.flags.NArg() != n && (cmd.name != "import" && cmd.name != "check" || c.flags.NArg() > n) {
		fmt.Fprintln(stderr, i18n.T("cli.arguments", "usage", usage(cmd)))
		return 2
	}
	if err := c.Finish(); err != nil {
		fmt.Fprintln(stderr, app.Line(err))
		return 2
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: c.Level()})))
	err := cmd.run(ctx, c)
	if err != nil {
		fmt.Fprintln(stderr, app.Line(err))
	}
	return app.ExitCode(err)
}

// find takes the longest command that args begin with.
func find(args []string) (command, []string, bool) {
	var found command
	var length int
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(words) > length && len(args) >= len(words) && slices.Equal(args[:len(words)], words) {
			found, length = c, len(words)
		}
	}
	return found, args[length:], length > 0
}

// parse lets flags stand before and after the arguments.
func parse(f *flag.FlagSet, args []string) error {
	var plain []string
	for {
		if err := f.Parse(args); err != nil {
			return err
		}
		if f.NArg() == 0 {
			break
		}
		plain = append(plain, f.Arg(0))
		args = f.Args()[1:]
	}
	return f.Parse(append([]string{"--"}, plain...))
}
