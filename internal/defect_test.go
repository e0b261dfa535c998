package internal_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// defects are those found in other systems that do this work, and the test that
// holds ours to better: package/test.
var defects = map[string]string{
	"DIGIT 1: the newest hundred are looked at":           "matter/TestDefectDIGIT1NewestHundred",
	"DIGIT 2: an edit restarts the clock":                 "matter/TestDefectDIGIT2EditRestartsClock",
	"DIGIT 3: the unassigned are skipped":                 "matter/TestDefectDIGIT3And4VacantPosts",
	"DIGIT 4: where there is no superior it is skipped":   "matter/TestDefectDIGIT3And4VacantPosts",
	"DIGIT 5: settings of another tenant":                 "deadline/TestDefectDIGIT5SomebodyElsesCounty",
	"DIGIT 6: it stops at three levels":                   "matter/TestDefectDIGIT6StopsAtThree",
	"DIGIT 7: the limit that is shown is not the one":     "matter/TestDefectDIGIT7ShownLimit",
	"DIGIT 8: nothing after the last level, no lock":      "matter/TestDefectDIGIT8LastLevelAndTwoCopies",
	"DIGIT 9: one exception ends the scan":                "matter/TestDefectDIGIT9OneBadRow",
	"DIGIT 10: a mask is saved over what it stands for":   "person/TestInsertAndUpdate",
	"DIGIT 10: one setting has two defaults":              "deadline/TestDefectDIGIT10OneDefault",
	"Zurich: private reports are skipped":                 "matter/TestDefectZurichPrivateReports",
	"FixMyStreet F1: a body without a contact swallows":   "network/TestEachHole",
	"OpenCRVS C4: a list of results leaves no trace":      "matter/TestDefectOpenCRVSC4ListLeavesTrace",
	"OpenCRVS C5: the second factor is always the same":   "account/TestDefectOpenCRVSC5SameCode",
	"DHIS2 H2: a merge cannot be taken back":              "duplicate/TestMergeAndUnmerge",
	"Primero 508: of two edits the last wins, unseen":     "person/TestInsertAndUpdate",
	"Primero P4: the browser's store is not encrypted":    "web/ui/TestDefectPrimeroP4BrowserStore",
	"wangGeHua N4: a map key, and photos sent at once":    "web/ui/TestDefectN4MapKeyAndPhotos",
	"wangGeHua N1: one act calls another":                 "matter/TestDefectN1OneActIsNotAnother",
	"FFCS N3: where no grid matches there is an error":    "matter/TestDefectFFCSN3NoGridMatches",
	"each of the engines, built on purpose, is found out": "matter/TestTheCheckerBites",
}

// TestEachDefectHasItsTest: no test of the list is lost when tests are renamed.
func TestEachDefectHasItsTest(t *testing.T) {
	for defect, where := range defects {
		pkg, name := path.Split(where)
		files, err := filepath.Glob(pkg + "*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)")
		}
		if !found {
			t.Errorf("%s: %s has no test %s", defect, pkg, name)
		}
	}
}
