package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestAMachineOfNestedStatesTellsItsState takes the mapping that is offered for a packer whose state only machines one in
// another tell, and adds a line with it: what there is one of alone is chosen already.
func TestAMachineOfNestedStatesTellsItsState(t *testing.T) {
	t.Parallel()
	packer, tell := machine(t, "packml.js")
	s := startEmpty(t)
	b := openBrowser(t)
	b.do(20*time.Second, "make the first admin",
		chromedp.Navigate(s.setupLink()),
		chromedp.SendKeys(`input[name="name"]`, "Ada", chromedp.ByQuery),
		chromedp.SendKeys(`input[name="password"]`, password, chromedp.ByQuery),
		chromedp.SendKeys(`input[name="again"]`, password, chromedp.ByQuery),
		chromedp.Submit(`form[action="/setup"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`.rail`, chromedp.ByQuery),
	)
	b.admin("Connections", `a[href="/admin/new-connection"]`)
	b.press("Add a connection", `#endpoint`)
	b.fill(`main form.form-page`, map[string]string{"id": "packer", "endpoint": "opc.tcp://" + packer}, `.done`)
	b.press("Test", `.finding`)
	b.reads("It works", "can read along", "Basic256Sha256/SignAndEncrypt")
	b.press("Browse and take tags", `.trail`)
	b.press("Packer", `.trail li:nth-child(2)`)
	const offer = `section[aria-labelledby="preset-packmlnested"]`
	for deadline := time.Now().Add(soon); !eval[bool](b, `!!document.querySelector('`+offer+`')`) && time.Now().Before(deadline); {
		b.press("Read again", `.trail li:nth-child(2)`)
	}
	b.reads("By its type PackMLBaseObjectType of http://opcfoundation.org/UA/PackML/")
	b.fill(offer+` form`, nil, `#report`)
	b.reads("6 added, 0 not", "part of the state", "as state")
	for _, part := range []struct {
		button string
		values map[string]string
	}{
		{"Add site", map[string]string{"name": "Pune works", "id": "pune", "zone": "Asia/Kolkata"}},
		{"Add area", map[string]string{"name": "Packing", "id": "packing"}},
		{"Add line", map[string]string{"name": "Packer", "id": "packer", "unit": "packer"}},
	} {
		b.press("Plant", `#tree-title`)
		b.press(part.button, `form[action="/admin/equipment/add"]`)
		b.fill(`form[action="/admin/equipment/add"]`, part.values, `.done`)
	}
	b.admin("Changes", `form[action="/admin/plant/publish"]`)
	b.fill(`form[action="/admin/plant/publish"]`, map[string]string{"why": "the new packer"}, `.done`)
	b.press("Line Packer", `[data-panel="line/packer/units"]`)
	for _, step := range []struct{ says, state string }{
		{"Execute Running Cleared", "Execute"},
		{"Held Running Cleared", "Held"},
		{"- Stopping Cleared", "Stopping"},
		{"- Stopped Cleared", "Stopped"},
		{"- - Aborted", "Aborted"},
		{"Idle Running Cleared", "Idle"},
	} {
		tell(step.says)
		b.until(soon, "the packer to be "+step.state, fmt.Sprintf(`document.querySelector('[data-panel="line/packer/units"] tbody .badge').innerText.includes(%q)`, step.state))
	}
}
