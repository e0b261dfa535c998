package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// AssetPath is where Assets must be mounted.
const AssetPath = "/assets/"

//go:embed css/*.css ui.js chart.js map.js blacken.js mark.svg vendor/htmx-4.0.1.min.js vendor/htmx-LICENSE vendor/echarts-6.1.0.simple.min.js vendor/echarts-LICENSE
var files embed.FS

// sheets are joined into one style sheet, in this order.
var sheets = []string{
	"token", "base", "shell", "form", "list", "part", "phone", "plain", "print",
}

type asset struct {
	kind  string // media type
	plain []byte
	gzip  []byte
}

// served holds every asset by its hashed name; hashed leads from the plain name there.
var served, hashed = load()

func load() (map[string]asset, map[string]string) {
	served, hashed := map[string]asset{}, map[string]string{}
	put := func(name, kind string, body []byte) {
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		hash := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		hashed[name] = hash
		served[hash] = asset{kind: kind, plain: body, gzip: squeeze(body)}
	}
	put("ui.css", "text/css; charset=utf-8", Style())
	put("ui.js", "text/javascript; charset=utf-8", read("ui.js"))
	put("htmx.js", "text/javascript; charset=utf-8", read("vendor/htmx-4.0.1.min.js"))
	put("board.css", "text/css; charset=utf-8", []byte(tighten(string(read("css/board.css")))))
	put("map.css", "text/css; charset=utf-8", []byte(tighten(string(read("css/map.css")))))
	put("map.js", "text/javascript; charset=utf-8", read("map.js"))
	put("blacken.css", "text/css; charset=utf-8", []byte(tighten(string(read("css/blacken.css")))))
	put("blacken.js", "text/javascript; charset=utf-8", read("blacken.js"))
	put("chart.js", "text/javascript; charset=utf-8", read("chart.js"))
	put("echarts.js", "text/javascript; charset=utf-8", read("vendor/echarts-6.1.0.simple.min.js"))
	put("mark.svg", "image/svg+xml", read("mark.svg"))
	return served, hashed
}

// Style is the whole style sheet, without its comments and the white space it does not need.
func Style() []byte {
	var all bytes.Buffer
	for _, name := range sheets {
		all.Write(read("css/" + name + ".css"))
	}
	return []byte(tighten(all.String()))
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssSpace   = regexp.MustCompile(`\s+`)
	cssAround  = regexp.MustCompile(` ?([{};,]) ?`)
	cssColon   = regexp.MustCompile(`: `)
)

// tighten is enough for our own sheets: no string in them holds what it takes away.
func tighten(css string) string {
	css = cssComment.ReplaceAllString(css, "")
	css = cssSpace.ReplaceAllString(css, " ")
	css = cssAround.ReplaceAllString(css, "$1")
	css = cssColon.ReplaceAllString(css, ":")
	return strings.TrimSpace(strings.ReplaceAll(css, ";}", "}"))
}

// read panics on a missing file: the files are part of the program.
func read(name string) []byte {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		panic(err)
	}
	return b
}

func squeeze(b []byte) []byte {
	var z bytes.Buffer
	w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression) // the level is good
	w.Write(b)                                            // a buffer takes everything
	w.Close()
	return z.Bytes()
}

// Asset is the address of an asset: ui.css, ui.js, htmx.js, mark.svg, on pages
// with charts board.css, chart.js and echarts.js, with a map map.css and map.js,
// where a photograph is blackened blacken.css and blacken.js. The address changes
// with the content. An unknown name panics: it is a mistake in a page.
func Asset(name string) string {
	hash, ok := hashed[name]
	if !ok {
		panic("ui: no asset " + name)
	}
	return AssetPath + hash
}

// Assets serves what Asset gives addresses for. Browsers may keep it for ever.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := served[strings.TrimPrefix(r.URL.Path, AssetPath)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		a.serve(w, r)
	})
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	body := a.plain
	if takesGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	if r.Method == http.MethodHead {
		return
	}
	w.Write(body) // a client that has gone is not our fault
}

// takesGzip reads Accept-Encoding as far as we need it: gzip named and not refused.
func takesGzip(accept string) bool {
	return slices.ContainsFunc(strings.Split(accept, ","), func(s string) bool {
		name, rest, _ := strings.Cut(s, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return false
		}
		weight, given := strings.CutPrefix(strings.TrimSpace(rest), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !given || err == nil && q > 0
	})
}
