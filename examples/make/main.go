// Make writes the example files beside it: registers to import, accounts and
// grids of the two towns they are about. It writes the same bytes every time.
//
//	go run ./examples/make [FOLDER]
//
// Everybody in them is invented. Their ID numbers have the county's own
// division code, 610929, and a sequence number from 996 to 999. GB 11643 keeps
// these four for people born before 1900, so nobody born later was ever given
// one; the rest of the number is as the standard says, and passes every check.
// Phones begin with 1540, which is not assigned to any operator.
package main

//go:generate go run . ..

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	folder := "examples"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := makeAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, "examples/make:", err)
		os.Exit(1)
	}
}

// makeAll writes every example file into a folder.
func makeAll(folder string) error {
	c := newCounty()
	good, gb := c.register(villages, 0), c.register(nearby, 5000)
	files := []struct {
		name  string
		bytes func() ([]byte, error)
	}{
		{"register-good.xlsx", func() ([]byte, error) { return workbook("常住人口登记", registerSheet(good)) }},
		{"register-faults.xlsx", func() ([]byte, error) { return workbook("常住人口登记", faultSheet()) }},
		{"register-gb18030.csv", func() ([]byte, error) { return gb18030(withDropped(registerSheet(gb))) }},
		{"addresses.xlsx", func() ([]byte, error) { return workbook("标准地址", addressSheet()) }},
		{"units.xlsx", func() ([]byte, error) { return workbook("实有单位", unitSheet()) }},
		{"houses.xlsx", func() ([]byte, error) { return workbook("标准地址与实有房屋", houseSheet(good)) }},
		{"residents.xlsx", func() ([]byte, error) { return workbook("实有人口", residentSheet(good)) }},
		{"moves.xlsx", func() ([]byte, error) { return workbook("搬迁名单", moveSheet(good)) }},
		{"contracts.xlsx", func() ([]byte, error) { return workbook("承包合同", contractSheet(good)) }},
		{"rights.xlsx", func() ([]byte, error) { return workbook("权益清单", rightSheet(good)) }},
		{"accounts.xlsx", func() ([]byte, error) { return workbook("账号与岗位", accountSheet(c)) }},
		{"grids.xlsx", func() ([]byte, error) { return workbook("网格", gridSheet()) }},
	}
	for _, f := range files {
		b, err := f.bytes()
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, f.name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
