package browser

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"anju/internal/web/ui"
)

// TestBlacken: what is to be blackened is drawn with the pointer or with the keys,
// and the field says the same; what is typed there is drawn.
func TestBlacken(t *testing.T) {
	var figure bytes.Buffer
	if err := ui.Blacken(ui.BlackenArgs{Src: "/photo.jpg", Alt: "照片", Field: "areas", Most: 3}).Render(t.Context(), &figure); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(ui.AssetPath, ui.Assets())
	mux.HandleFunc("GET /photo.jpg", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		if err := jpeg.Encode(w, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		write(w, `<link rel="stylesheet" href="`+ui.Asset("ui.css")+`"><link rel="stylesheet" href="`+ui.Asset("blacken.css")+`"><script src="`+ui.Asset("blacken.js")+`" defer></script>
			<h1>遮挡</h1>`+figure.String()+`<p><label for="a">要遮挡的部分</label> <textarea id="a" name="areas"></textarea></p>`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	p := Open(t, s.URL, Office)
	p.Goto("/")
	said := func(want string) {
		t.Helper()
		if got := strings.TrimSpace(p.Value("要遮挡的部分")); got != want {
			t.Errorf("the field says %q, want %q", got, want)
		}
	}
	p.Click("加一块")
	for _, key := range []string{"ArrowRight", "ArrowDown", "ArrowDown"} {
		p.Press(key)
	}
	said("41,42,20,20")
	if got := p.Focused(); !strings.Contains(got, "第1块") {
		t.Errorf("the keys are at %q", got)
	}
	draw := func(x1, y1, x2, y2 float64) {
		Eval[bool](p, `(([x1, y1, x2, y2]) => {
			const s = document.querySelector('.stage'), r = s.getBoundingClientRect();
			s.setPointerCapture = () => {};
			const at = (kind, x, y) => (document.elementFromPoint(r.left + r.width * x, r.top + r.height * y) || s).dispatchEvent(
				new PointerEvent(kind, { bubbles: true, button: 0, clientX: r.left + r.width * x, clientY: r.top + r.height * y }));
			at('pointerdown', x1, y1); at('pointermove', x2, y2); at('pointerup', x2, y2);
			return true;
		})(`+list(x1, y1, x2, y2)+`)`)
	}
	draw(.25, .3, .05, .1) // from right to left
	said("41,42,20,20\n5,10,20,20")
	draw(.1, .15, .2, .15) // the second is moved
	said("41,42,20,20\n15,10,20,20")
	draw(.9, .9, .901, .901) // a slip is none
	said("41,42,20,20\n15,10,20,20")
	p.Axe()
	Eval[bool](p, `(() => { const f = document.querySelector('textarea'); f.value = '0,0,50,50\n没有\n10，10，5，5'; f.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`)
	if n := p.Count(".stage button"); n != 2 {
		t.Errorf("of what was typed %d are drawn, want 2", n)
	}
	p.Click("加一块")
	p.Press("Backspace")
	said("0,0,50,50\n10,10,5,5\n没有") // what cannot be read is not lost
	p.Click("加一块")
	if off := Eval[bool](p, `[...document.querySelectorAll('.do button')].every(b => b.disabled)`); !off {
		t.Error("more can be drawn than are taken")
	}
}

func list(all ...float64) string {
	var b bytes.Buffer
	for i, v := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
	}
	return "[" + b.String() + "]"
}
