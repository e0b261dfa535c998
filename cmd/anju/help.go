package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"anju/internal/app"
	"anju/internal/i18n"
)

// readBy are the settings that only some commands read. The others take them
// too, since one file serves all, and their help leaves them out.
var readBy = map[string][]string{
	"addr": {"serve", "demo"}, "tls-cert": {"serve", "demo"}, "tls-key": {"serve", "demo"}, "trusted-proxy": {"serve", "demo"},
	"check-url": {"serve", "demo"}, "day-cap": {"serve", "demo"}, "root": {"init", "trust"}, "scale": {"demo"}, "seed": {"demo"},
}

func usage(c command) string { return strings.TrimSpace("anju " + c.name + " " + c.args) }

func help(stdout, stderr io.Writer, args []string) int {
	if len(args) > 1 {
		if c, _, ok := find(args[1:]); ok {
			helpOf(stdout, c)
			return 0
		}
		fmt.Fprintln(stderr, unknown(args[1]))
		return 2
	}
	fmt.Fprintln(stdout, i18n.T("cli.head"))
	fmt.Fprintln(stdout)
	for _, c := range commands() {
		fmt.Fprintf(stdout, "  %-32s %s\n", usage(c), about(c))
	}
	fmt.Fprintln(stdout)
	fmt.Fprintln(stdout, i18n.T("cli.tail"))
	return 0
}

// helpOf lists a command's own flags, then those of the settings it reads.
func helpOf(w io.Writer, c command) {
	fmt.Fprintf(w, "%s\n    %s\n", usage(c), about(c))
	f := flag.NewFlagSet(c.name, flag.ContinueOnError)
	if own := ownFlags[c.name]; own != nil {
		own(f)
		fmt.Fprintln(w)
		f.VisitAll(func(f *flag.Flag) { line(w, f) })
	}
	f = flag.NewFlagSet(c.name, flag.ContinueOnError)
	app.Flags(f)
	fmt.Fprintln(w)
	f.VisitAll(func(f *flag.Flag) {
		if by, some := readBy[f.Name]; !some || slices.Contains(by, c.name) {
			line(w, f)
		}
	})
}

func line(w io.Writer, f *flag.Flag) {
	usual := ""
	if f.DefValue != "" && f.DefValue != "0" && f.DefValue != "false" {
		usual = i18n.T("cli.usual", "value", f.DefValue)
	}
	fmt.Fprintf(w, "  --%-14s %s%s\n", f.Name, f.Usage, usual)
}

func about(c command) string {
	return i18n.T("cli.about." + strings.ReplaceAll(c.name, " ", "_")) //i18n:dynamic cli.about.
}

// unknown says what is wrong with a first word that is no command.
func unknown(word string) string {
	if strings.HasPrefix(word, "-") {
		return i18n.T("cli.flag_first", "name", word)
	}
	var longer []string
	for _, c := range commands() {
		if strings.HasPrefix(c.name, word+" ") {
			longer = append(longer, usage(c))
		}
	}
	if longer != nil {
		return i18n.T("cli.half_command", "name", word, "commands", strings.Join(longer, "、"))
	}
	return i18n.T("cli.unknown_command", "name", word)
}

// flagFault is what the flag package says, in words of the catalogue.
func flagFault(f *flag.FlagSet, err error) string {
	text := err.Error()
	if _, name, ok := strings.Cut(text, "flag provided but not defined: -"); ok {
		var known []string
		f.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
		if near := app.Nearest(name, known); near != "" {
			return i18n.T("cli.flag_near", "name", name, "near", near)
		}
		return i18n.T("cli.flag_unknown", "name", name)
	}
	if _, name, ok := strings.Cut(text, "flag needs an argument: -"); ok {
		return i18n.T("cli.flag_empty", "name", name)
	}
	if _, rest, ok := strings.Cut(text, "value "); ok { // invalid [boolean] value "x" for [flag] -name: why
		value, rest, _ := strings.Cut(rest, " for ")
		_, name, _ := strings.Cut(rest, "-")
		name, _, _ = strings.Cut(name, ":")
		return i18n.T("cli.flag_value", "name", name, "value", value)
	}
	return text
}
