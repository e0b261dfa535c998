// Package i18n is the catalogue: every word a user sees, by key. Texts are in
// TOML files, one for each noun or group of pages; nested tables give dotted
// keys, which are written in full (the name of the file adds nothing).
//
// A text may have places to fill, {name}, which must be exactly those that
// the call gives. Keys that are put together at run time are declared beside
// their use with a comment, “i18n:dynamic” after two slashes and the common
// beginning of the keys. The tests of this package hold source and catalogue
// together.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// A Lang is a language of the catalogue, by its BCP 47 tag.
type Lang string

// ZhHans is simplified Chinese, the language of the source.
const ZhHans Lang = "zh-Hans"

//go:embed zh-Hans/*.toml
var files embed.FS

var catalogue = map[Lang]map[string]string{ZhHans: must(load(files, "zh-Hans"))}

func must(texts map[string]string, err error) map[string]string {
	if err != nil {
		panic(err)
	}
	return texts
}

// T is the Chinese text of key with its places filled from args, which are
// name, value pairs. A key without a text comes back as ⟦key⟧.
func T(key string, args ...any) string { return ZhHans.T(key, args...) }

// Has reports whether key has a Chinese text.
func Has(key string) bool {
	_, ok := catalogue[ZhHans][key]
	return ok
}

// Keys lists every key, sorted.
func Keys() []string { return slices.Sorted(maps.Keys(catalogue[ZhHans])) }

// T is the text of key in l.
func (l Lang) T(key string, args ...any) string {
	text, ok := catalogue[l][key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	return fill(text, args)
}

// fill puts values into their places in one pass, so that a value with braces
// in it stays as it is.
func fill(text string, args []any) string {
	if len(args) < 2 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// load reads every file of a folder into one flat map. The same key in two
// files is an error.
func load(fsys fs.FS, dir string) (map[string]string, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.toml"))
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, name := range names {
		var tree map[string]any
		if _, err := toml.DecodeFS(fsys, name, &tree); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		if err := flatten("", tree, texts); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
	}
	return texts, nil
}

func flatten(prefix string, tree map[string]any, into map[string]string) error {
	for name, value := range tree {
		key := prefix + name
		switch v := value.(type) {
		case map[string]any:
			if err := flatten(key+".", v, into); err != nil {
				return err
			}
		case string:
			if _, ok := into[key]; ok {
				return fmt.Errorf("%s: already in another file", key)
			}
			into[key] = v
		default:
			return fmt.Errorf("%s: want a text, have %T", key, value)
		}
	}
	return nil
}
