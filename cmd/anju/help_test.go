package main

import (
	"bytes"
	"flag"
	"regexp"
	"slices"
	"strings"
	"testing"

	"anju/internal/app"
)

// The help of a command begins with its own flags and leaves out what it does
// not read.
func TestHelp(t *testing.T) {
	of := func(args ...string) string {
		var out, err bytes.Buffer
		if got := run(t.Context(), append([]string{"help"}, args...), &out, &err); got != 0 || err.Len() > 0 || strings.Contains(out.String(), "⟦") {
			t.Fatalf("help %v: exit %d %q\n%s", args, got, err.String(), out.String())
		}
		return out.String()
	}
	all := of()
	said := map[string]bool{}
	for _, c := range commands() {
		if !strings.Contains(all, "  "+usage(c)+" ") {
			t.Errorf("help does not list %s", c.name)
		}
		var names []string
		for _, m := range regexp.MustCompile(`(?m)^  --([a-z-]+) `).FindAllStringSubmatch(of(strings.Fields(c.name)...), -1) {
			names, said[m[1]] = append(names, m[1]), true
		}
		f := flag.NewFlagSet(c.name, flag.ContinueOnError)
		if own := ownFlags[c.name]; own != nil {
			own(f)
		}
		f.VisitAll(func(f *flag.Flag) {
			if len(names) == 0 || names[0] != f.Name {
				t.Errorf("%s: its own --%s is not first of %v", c.name, f.Name, names)
				return
			}
			names = names[1:]
		})
		if slices.Contains(names, "scale") != (c.name == "demo") || slices.Contains(names, "addr") != (c.name == "demo" || c.name == "serve") || !slices.Contains(names, "data") {
			t.Errorf("%s reads %v", c.name, names)
		}
	}
	f := flag.NewFlagSet("all", flag.ContinueOnError)
	app.Flags(f)
	f.VisitAll(func(f *flag.Flag) {
		if !said[f.Name] {
			t.Errorf("no command's help says --%s", f.Name)
		}
	})
}

// What is mistyped is said in one line that leads on.
func TestMistyped(t *testing.T) {
	for _, tt := range []struct {
		want string
		args []string
	}{
		{"“nonsense”", []string{"help", "nonsense"}},
		{"anju admin list、anju admin reset LOGIN", []string{"help", "admin"}},
		{"anju audit verify、anju audit record FILE", []string{"audit"}},
		{"--data 要写在命令后面", []string{"--data", "x", "serve"}},
		{"没有 --dryrun，是不是要写 --dry-run", []string{"import", "grids", "x", "--dryrun"}},
		{"没有 --bogus。", []string{"serve", "--bogus"}},
		{"--data 后面没有写值", []string{"serve", "--data"}},
		{`--day-cap 的值 "x" 不对`, []string{"serve", "--day-cap", "x"}},
		{`--no-progress 的值 "maybe" 不对`, []string{"serve", "--no-progress=maybe"}},
	} {
		var out, err bytes.Buffer
		if got := run(t.Context(), tt.args, &out, &err); got != 2 || out.Len() > 0 || !strings.Contains(err.String(), tt.want) || strings.Count(err.String(), "\n") != 1 {
			t.Errorf("anju %v: exit %d, %q, want %q", tt.args, got, err.String(), tt.want)
		}
	}
}
