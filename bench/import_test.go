package bench

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"anju/internal/actor"
	"anju/internal/app"
	"anju/internal/blob"
	"anju/internal/db"
	"anju/internal/db/dbtest"
	"anju/internal/division"
	"anju/internal/ident"
	"anju/internal/importer"
	"anju/internal/seal"
)

// What an import has to keep: at the county's size of 210,000 rows, of the rate
// of a loop that inserts the same rows one by one and does nothing else.
const (
	importRatio  = 0.4
	importTime   = 60 * time.Second
	importAgain  = 0.5 // of the first time, at most, when nothing has changed
	importMemory = 512 // MB
	importWhole  = 210_000
)

// importRows is how many people the register has: 5,000, or ANJU_BENCH_ROWS.
func importRows(b *testing.B) int {
	text := os.Getenv("ANJU_BENCH_ROWS")
	if text == "" {
		return 5000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

var importColumns = []string{"户号", "姓名", "与户主关系", "曾用名", "性别", "民族", "出生日期", "公民身份号码", "户籍地址", "户籍地区划代码", "出生地", "籍贯", "文化程度", "婚姻状况",
	"服务处所", "职业", "联系电话", "户别", "登记日期", "序号", "备注", "血型", "宗教信仰", "行号", "编号"}

// largeRegister is a register of n people in households of three, 25 columns
// wide. Every number is one that nobody was ever given.
func largeRegister(b *testing.B, n int) []byte {
	f := excelize.NewFile()
	defer f.Close()
	out, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	head := make([]any, len(importColumns))
	for i, c := range importColumns {
		head[i] = c
	}
	if err := out.SetRow("A1", head); err != nil {
		b.Fatal(err)
	}
	relations := []string{"户主", "妻", "长子"}
	for i := range n {
		kind := i % 3
		day := time.Date([]int{1945, 1947, 1975}[kind], 1, 1+i/3%9000, 0, 0, 0, 0, time.UTC)
		sex, seq := "男", []int{997, 999}[i/27000%2]
		if kind == 1 {
			sex, seq = "女", []int{996, 998}[i/27000%2]
		}
		first := fmt.Sprintf("%06d%s%03d", 610900+i/54000, day.Format("20060102"), seq)
		id := first + string(ident.CheckDigit(first))
		row := []any{fmt.Sprintf("6109290%07d", i/3), "黄" + string(rune(0x4e00+i%5000)) + "山", relations[kind], "", sex, "汉族", day.Format("2006-01-02"), id,
			fmt.Sprintf("陕西省安康市白河县构朳镇东坡村%d组%d号", i/3%9+1, i/3), "610929102206", "白河县", "陕西白河", "初中", "已婚", "务农", "农民",
			fmt.Sprintf("1540%07d", i), "家庭户", "2001-01-01", i, "", "", "", "", ""}
		if err := out.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// BenchmarkImport takes a register in on SQLite: validated, encrypted, indexed,
// recorded; inserts the same rows by a bare loop on the same driver; and takes
// the same file in again.
func BenchmarkImport(b *testing.B) {
	n := importRows(b)
	file := largeRegister(b, n)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	app.LimitMemory() // as the program does
	for b.Loop() {
		dir := b.TempDir()
		d := dbtest.Open(b, db.Config{Dir: dir})
		dbtest.Given(b, d, division.Install)
		keys := seal.FromSeed(1)
		blobs, err := blob.New(b.TempDir(), keys)
		if err != nil {
			b.Fatal(err)
		}
		s := &importer.Service{DB: d, Keys: keys, Blobs: blobs}
		by := actor.Actor{Account: "terminal", Name: "terminal", Kind: actor.CountyPolice, Paths: []string{"610929"}}
		forgetPeak() // the making of the file is not the import
		take := func() (importer.Report, time.Duration) {
			began := time.Now()
			r, err := s.Terminal(b.Context(), by, importer.File{Kind: importer.KindRegister, Name: "register.xlsx"}, bytes.NewReader(file), int64(len(file)), false, nil)
			if err != nil {
				b.Fatal(err)
			}
			return r, time.Since(began)
		}
		r, took := take()
		peak := peakMemory(b)
		if r.New != n {
			b.Fatalf("%d of %d people taken in; the first fault: %+v", r.New, n, r.Faults[:min(3, len(r.Faults))])
		}
		r, again := take()
		if r.Unchanged != n {
			b.Fatalf("again: %d of %d unchanged", r.Unchanged, n)
		}
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
		rows, bare := bareImport(b, dir, b.TempDir())
		ratio := bare.Seconds() / took.Seconds()
		b.Logf("%d people of 25 columns: %.1f s, %.0f people/s; again without a change %.1f s (%.2f of it, at most %.1f); bare loop over the same %d rows %.1f s; ratio %.2f (at least %.1f); peak %d MB (at most %d)",
			n, took.Seconds(), float64(n)/took.Seconds(), again.Seconds(), again.Seconds()/took.Seconds(), importAgain, rows, bare.Seconds(), ratio, importRatio, peak, importMemory)
		b.ReportMetric(float64(n)/took.Seconds(), "people/s")
		b.ReportMetric(ratio, "ratio")
		if n < importWhole {
			continue // a small register shows where it stands; the limits are those of the whole
		}
		if ratio < importRatio {
			b.Errorf("ratio %.2f, want at least %.1f", ratio, importRatio)
		}
		if took > importTime || peak > importMemory {
			b.Errorf("%v and %d MB, want at most %v and %d MB", took, peak, importTime, importMemory)
		}
	}
}

// bareImport copies what an import has written row by row with a prepared
// statement for each table, some hundred households to a transaction, in the
// order in which it was written.
func bareImport(b *testing.B, from, to string) (rows int, took time.Duration) {
	if _, err := db.Migrate(b.Context(), db.Config{Dir: to}); err != nil {
		b.Fatal(err)
	}
	src, dst := bareOpen(b, from), bareOpen(b, to)
	for _, t := range bareTables(b, src) {
		query := "select * from " + t
		if t == "person_key" {
			query += " order by person_id" // by its own key it would be appended only, as no import can
		}
		n, d := bareRows(b, src, dst, t, query)
		rows, took = rows+n, took+d
	}
	return rows, took
}

// forgetPeak gives back what can be given back, and counts from what is left.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200) // where the system does not, the peak is that of everything
}

// peakMemory is the most that this process held since, in MB.
func peakMemory(b *testing.B) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	return 0
}

// rowsPerWrite is about what a hundred households are.
const rowsPerWrite = 3000

// bareRows inserts what a query over a table reads, row by row.
func bareRows(b *testing.B, src, dst *sql.DB, table, query string) (n int, took time.Duration) {
	rows, err := src.Query(query)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	text := fmt.Sprintf("insert into %s (%s) values (%s?)", table, strings.Join(columns, ", "), strings.Repeat("?, ", len(columns)-1))
	var batch [][]any
	write := func() {
		began := time.Now()
		if err := oneByOne(b.Context(), dst, text, batch); err != nil {
			b.Fatalf("%s: %v", table, err)
		}
		took += time.Since(began)
		n += len(batch)
		batch = batch[:0]
	}
	for rows.Next() {
		row, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			b.Fatal(err)
		}
		if batch = append(batch, row); len(batch) == rowsPerWrite {
			write()
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	write()
	return n, took
}

func oneByOne(ctx context.Context, dst *sql.DB, text string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	tx, err := dst.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, text)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := insert.ExecContext(ctx, r...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
