// Package export writes a whole county in open formats, so that it can leave
// with all its data, and reads it back into an empty place where it is the
// same county. A folder holds every table as JSON Lines and as CSV, a schema
// made of the declarations that the program itself uses, the code tables, and
// the uploaded documents.
//
// What is sealed in the county leaves sealed; opening it is a decision of its
// own, and lies in a folder of its own. Rows that speak of a protected person
// are never opened at all. See docs/adr/0009-leaving.md.
package export

import (
	"errors"
	"regexp"
	"strings"

	"anju/internal/db"
)

// Folder and file names of an export.
const (
	ManifestFile = "manifest.json"
	SchemaFile   = "schema.json"
	ReadmeFile   = "README.txt"
	linesDir     = "jsonl"
	csvDir       = "csv"
	codesDir     = "codes"
	blobsDir     = "blobs"
	OpenedDir    = "opened"
)

const (
	format        = "anju county in open formats"
	formatVersion = 1
)

// ErrDamaged says that a folder is not what was exported.
var ErrDamaged = errors.New("the export is damaged or was changed")

// A Manifest is the last file written: a folder without it is no export.
type Manifest struct {
	Format  string      `json:"format"`
	Version int         `json:"version"`
	County  string      `json:"county"`
	Key     string      `json:"key"` // the id of the key file that opens what is sealed
	Purpose string      `json:"purpose"`
	Opened  bool        `json:"opened"` // sealed fields and documents are also there in clear
	Sealed  int64       `json:"sealed"` // rows that speak of protected people, and left sealed
	Holds   db.Manifest `json:"holds"`
	Files   []File      `json:"files"`
}

// A File is one file of the folder.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Options of an export.
type Options struct {
	County  string
	Purpose string
	Open    bool   // also write sealed fields and documents in clear
	Data    string // the county's folder: its documents, and a demonstration county's sign-ins
}

// demoForm are the sign-ins of a demonstration county, which are no secret.
var demoForm = regexp.MustCompile(`^demo-[a-z-]+\.json$`)

func linesFile(t db.Table) string { return linesDir + "/" + fileOf(t) + ".jsonl" }
func csvFile(t db.Table) string   { return csvDir + "/" + fileOf(t) + ".csv" }

// fileOf names a table in files; both logs have a tree of the same name.
func fileOf(t db.Table) string {
	if t.Stream == "looks" && strings.HasPrefix(t.Name, "tree_") {
		return "look_" + t.Name
	}
	return t.Name
}
