package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// bar is how far a table is, as its page tells.
var bar = regexp.MustCompile(`<progress [^>]*max="(\d+)" value="(\d+)"`)

// TestTheProgressOfATableIsSeen looks at the page of a long table while the program works through it.
func TestTheProgressOfATableIsSeen(t *testing.T) {
	const rows = 15_000
	w := newWorld(t)
	ada := w.admin("Ada")
	var table strings.Builder
	table.WriteString("machine type,tag,unit,address\n")
	for i := range rows {
		fmt.Fprintf(&table, "long,tag_%d,CEL,ns=2;s=%d\n", i, i)
	}
	between := false
	for range 10 { // a look may come too late once, on a machine with much to do
		a := ada.upload("/admin/tags/import", "tags.csv", []byte(table.String()))
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, complaint(a))
		}
		href, before := a.header.Get("Location"), 0
		for {
			page := ada.get(href)
			if !strings.Contains(page.body, "data-poll") {
				page.mustSay(t, fmt.Sprintf("Take the %d good rows", rows))
				break
			}
			shown := bar.FindStringSubmatch(page.body)
			if shown == nil {
				t.Fatalf("the page shows no progress: %s", page.body)
			}
			of, _ := strconv.Atoi(shown[1])
			done, _ := strconv.Atoi(shown[2])
			if done < before || done > of || of != 0 && of != rows || !strings.Contains(page.body, fmt.Sprintf("%d of %d rows", done, of)) {
				t.Fatalf("after %d rows it shows %d of %d", before, done, of)
			}
			before = done
			between = between || done > 0 && done < rows
		}
		if between {
			return
		}
	}
	t.Error("nothing is seen between the beginning and the end")
}
