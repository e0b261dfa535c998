package bench

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/signintech/gopdf"

	"anju/internal/blob"
	"anju/internal/booklet"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/jobs"
	"anju/internal/paper"
	"anju/internal/seal"
)

// What printing has to keep.
const (
	printRatio   = 6.0              // times the PDF library setting the same characters on as many pages
	printOne     = time.Second      // a household at the counter
	batchTotal   = 30000            // households in a whole county's batch
	batchLimit   = 10 * time.Minute // for all of them
	batchCores   = 2
	batchMemory  = 512 // MiB at the most
	batchExample = 600 // measured unless ANJU_BENCH_BOOKLETS says more
)

// BenchmarkPrint prints how fast booklets are set beside the PDF library alone.
func BenchmarkPrint(b *testing.B) {
	if err := paper.Load(); err != nil {
		b.Fatal(err)
	}
	c := example()
	var pages int
	ours := median(100, func(int) {
		var w bytes.Buffer
		if err := c.PDF(&w); err != nil {
			b.Fatal(err)
		}
		pages = bytes.Count(w.Bytes(), []byte("/Type /Page\n"))
	})
	font, err := os.ReadFile("../internal/paper/font/NotoSansSC-Regular.ttf")
	if err != nil {
		b.Fatal(err)
	}
	var face gopdf.FontContainer
	if err := face.AddTTFFontData("sans", font); err != nil {
		b.Fatal(err)
	}
	bare := median(100, func(int) {
		setBare(b, &face, pages, 20, "白河县城关镇天宝社区便民服务中心农村低保受理转报")
	})
	ratio := float64(ours) / float64(bare)
	b.Logf("a booklet of %d pages: %v, %.0f pages a second; the PDF library with the same number of characters %v: ratio %.2f (limit %.0f)",
		pages, ours, float64(pages)/ours.Seconds(), bare, ratio, printRatio)
	if ratio > printRatio {
		b.Errorf("setting a booklet costs %.2f times the PDF library alone, limit %.0f", ratio, printRatio)
	}
	if ours > printOne {
		b.Errorf("a booklet takes %v, limit %v", ours, printOne)
	}
}

// setBare is the library alone: lines of one text on as many pages.
func setBare(b *testing.B, face *gopdf.FontContainer, pages, lines int, text string) {
	pdf := gopdf.GoPdf{}
	pdf.Start(gopdf.Config{Unit: gopdf.UnitPT, PageSize: gopdf.Rect{W: 405, H: 298}})
	if err := pdf.AddTTFFontFromFontContainer("sans", face); err != nil {
		b.Fatal(err)
	}
	for range pages {
		pdf.AddPage()
		if err := pdf.SetFont("sans", "", 8); err != nil {
			b.Fatal(err)
		}
		for i := range lines {
			pdf.SetXY(20, float64(20+i*12))
			if err := pdf.Text(text); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := pdf.WriteTo(io.Discard); err != nil {
		b.Fatal(err)
	}
}

// example is a household of four as booklets have them.
func example() booklet.Content {
	c := booklet.Content{
		Number: "610929-26-000123-X", County: "白河县", Issuer: "白河县公安局", IssuedOn: "2026年11月23日", FirstIssuedOn: "2026年11月23日", Phone: "0915-7820110", PrintedAt: countyDay.Start(),
		Household: booklet.PrintedHousehold{Head: "王守山", RegisterNumber: "610929012", OriginAddress: "白河县构朳镇东坡村三组17号", Address: "白河县城关镇天宝小区3号楼2单元501室", Programme: "易地扶贫搬迁", Site: "天宝安置区", MovedInOn: "2019年6月30日"},
		Living:    booklet.PrintedGrid{Name: "天宝社区第二网格", Worker: "李秀英", WorkerPhone: "13891500012", Leader: "赵国庆", LeaderPhone: "13891500034", Code: "610929100001002"},
	}
	for i := range 4 {
		c.Members = append(c.Members, booklet.PrintedMember{Name: "王守山", Relation: "户主", Sex: "男", Ethnicity: "汉族", BornOn: "1961年2月14日", IDNumber: fmt.Sprintf("61092919610214%04d", i)})
	}
	for _, p := range []*booklet.PrintedPlace{&c.Origin, &c.Settlement} {
		p.Name = "城关镇天宝社区"
		for range 5 {
			p.Rights = append(p.Rights, booklet.PrintedRight{Name: "基本医疗保险", Unit: "天宝社区便民服务中心", Phone: "0915-7822310"})
		}
	}
	return c
}

// BenchmarkBatch makes and prints many booklets of the demonstration county in
// one batch, as the job does, and prints the rate, what the whole county would
// take, and the memory. ANJU_BENCH_BOOKLETS=30000 measures it to the end.
func BenchmarkBatch(b *testing.B) {
	want := batchExample
	if text := os.Getenv("ANJU_BENCH_BOOKLETS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		want = n
	}
	dir := b.TempDir()
	cfg := db.Config{Dir: dir}
	makeCounty(b, cfg, countyScale(b))
	now := countyDay.Start().Add(time.Hour)
	cfg.Now = func() time.Time { return now }
	d := dbtest.Open(b, cfg)
	keys := seal.FromSeed(1)
	blobs, err := blob.New(filepath.Join(dir, "blobs"), keys)
	if err != nil {
		b.Fatal(err)
	}
	s := &booklet.Service{DB: d, Keys: keys, Blobs: blobs}
	dbtest.Given(b, d, func(tx *db.Tx) error { return db.SetSetting(tx, booklet.DayCapSetting, "1000000") }) // one account makes the county
	r := jobs.Runner{DB: d, Handlers: s.Handlers()}
	resetPeak()
	var took, cpu time.Duration
	done := 0
	for done < want {
		dbtest.Given(b, d, func(tx *db.Tx) error {
			for _, table := range []string{"booklet_code", "booklet_version"} {
				if _, err := tx.Exec("delete from " + table); err != nil {
					return err
				}
			}
			_, err := tx.Exec(`update booklet set state = 'approved', made_at = 0, issued_at = 0, stale_at = 0 where number <> '' and ended_at = 0`)
			return err
		})
		batch, err := s.StartBatch(b.Context(), registrar, "", "610929", booklet.Job{})
		if err != nil {
			b.Fatal(err)
		}
		began, used := time.Now(), cpuTime()
		for ran := true; ran; {
			if ran, err = r.Tick(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		took += time.Since(began)
		cpu += cpuTime() - used
		p, err := s.GetBatch(b.Context(), registrar, batch.ID)
		if err != nil || p.State != booklet.BatchDone || p.Done != p.Total || len(p.Faults) > 0 {
			b.Fatalf("%+v, %v", p, err)
		}
		done += int(p.Done)
	}
	whole := time.Duration(float64(took) / float64(done) * batchTotal)
	b.Logf("%d booklets made and printed in %v: %.0f a second, %d in %v (limit %v); %v of a core for each", done, took, float64(done)/took.Seconds(), batchTotal, whole.Round(time.Second), batchLimit, cpu/time.Duration(done))
	// What the machine did besides is not the batch's: its own work, spread over
	// two cores, decides.
	if own := cpu / time.Duration(done) * batchTotal / batchCores; own > batchLimit {
		b.Errorf("%d booklets would take %v on %d cores, limit %v", batchTotal, own, batchCores, batchLimit)
	} else {
		b.Logf("%d booklets on %d cores of their own: %v", batchTotal, batchCores, own.Round(time.Second))
	}
	if peak := peakMiB(); peak > 0 {
		b.Logf("memory at the most %d MiB (limit %d)", peak, batchMemory)
		if peak > batchMemory {
			b.Errorf("the batch takes %d MiB, limit %d", peak, batchMemory)
		}
	}
}

// cpuTime is what the process has used of its cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resetPeak lets Linux forget the most memory the process has had: that of
// making the county is not meant.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

var peakForm = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peakMiB is the most memory since then, 0 where the system does not say.
func peakMiB() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	m := peakForm.FindSubmatch(text)
	if m == nil {
		return 0
	}
	kb, _ := strconv.Atoi(string(m[1]))
	return kb / 1024
}
