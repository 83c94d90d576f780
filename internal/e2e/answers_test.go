package e2e

import (
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// answer is the page that follows a form: the page that has the form, the form or one of its buttons, what is filled in,
// and what the answer shows.
type answer struct{ page, form, values, shows string }

// answers are pages that no address leads to: forms that are refused, trials, reports, and what is shown once.
func answers(known func(path string) string) []answer {
	const wrong = ".faults"
	line, unit, shift := known("/admin/lines/:line"), known("/admin/lines/:line/unit/:unit"), known("/line/:line/shift")
	browse := known("/admin/connections/:connection/browse") + "?find=speed&deep=on"
	return []answer{
		{"/account", `form[action="/account/password"]`, `{}`, wrong},
		{known("/line/:line/stop"), `main form[method="post"]`, `{}`, wrong},
		{shift, `form.form[action$="/shift"]`, `{}`, `main`},
		{"/admin/people", `form[action="/admin/people"]`, `{name: "", password: "short"}`, wrong},
		{"/admin/people/2", `form[action$="/password"]`, `{password: "short"}`, wrong},
		{"/admin/tokens", `form[action="/admin/tokens"]`, `{name: ""}`, wrong},
		{"/admin/tokens", `form[action="/admin/tokens"]`, `{name: "mill screen", role: "display", page: "/wall/line/mill-1", why: "new"}`, `code.secret`},
		{"/admin/audit", `form[action="/admin/audit/verify"]`, `{}`, `main`},
		{"/admin/new-connection", `main form.form-page`, `{id: "A!", endpoint: "http://press"}`, wrong},
		{known("/admin/connections/:connection"), `[formaction*="/test"]`, `{endpoint: "opc.tcp://127.0.0.1:1"}`, `.finding`},
		{known("/admin/connections/:connection"), `[formaction*="/test"]`, `{endpoint: "http://press"}`, wrong},
		{browse, `form[data-ticks] [name="all"]`, `{}`, `[name="was"]`},
		{browse, `form[data-ticks]`, `{fresh: "A!"}`, wrong},
		{browse, `form[data-ticks]`, `{fresh: "taken"}`, `#report`},
		{"/admin/machines", `form[action="/admin/machines"]`, `{name: "A!"}`, wrong},
		{"/admin/tags/import", `form[enctype]`, `{}`, wrong},
		{known("/admin/tags/one"), `#settings form`, `{deadband: "much"}`, wrong},
		{"/admin/certificates", `form[action="/admin/certificates/renew"]`, `{}`, wrong},
		{line, `form[action$="/thresholds"]`, `{min_stop: "long"}`, wrong},
		{line, `form[action$="/thresholds"] [formaction]`, `{min_stop: "100"}`, `#preview`},
		{line, `form[action$="/rates"]`, `{"cycle-0": "fast"}`, wrong},
		{unit, `form[action$="/signals"]`, `{states: "READY"}`, wrong},
		{unit + "/derive", `#derived form`, `{name: "A!", expr: "1 +"}`, wrong},
		{unit + "/derive", `#derived form [formaction]`, `{name: "warm", expr: "temperature * 2"}`, `#preview`},
		{known("/admin/equipment/add"), `form[action="/admin/equipment/add"]`, `{}`, wrong},
		{known("/admin/reasons/add"), `form[action="/admin/reasons/add"]`, `{}`, wrong},
		{known("/admin/calendar/site/:site"), `form[action$="/shifts"]`, `{"shift-0-start": "25:00"}`, wrong},
		{"/admin/plant/edit", `form[action="/admin/plant/edit"]`, `{text: "sites: {"}`, wrong},
		{"/admin/plant", `form[action="/admin/plant/publish"]`, `{why: ""}`, wrong},
		{"/admin/plant", `form[action="/admin/plant/take-back"]`, `{seal: "another"}`, wrong},
		{"/admin/access", `form[action="/admin/access/check"]`, `{text: "access: {people: [{name: Bert, role: boss}]}"}`, wrong},
		{"/admin/access", `form[action="/admin/access/check"]`, `{text: "access: {people: [{name: Bert, role: operator}]}"}`, `form[action="/admin/access/apply"]`},
		{"/admin/requests/rules", `main form.form-page`, `{thresholds: "nobody else", why: ""}`, wrong},
		{known("/admin/tags/import/:import"), `form[action*="/import/"]`, `{}`, `.done`},
	}
}

// briefly is how the answer of a form is looked at: most of what stands on it was seen on the page with the form.
var briefly = []way{{1280, "light", ""}, {360, "dark", "color-contrast target-size scrollable-region-focusable"}}

// sends fills in the form of a page, whatever the page itself would say to it, and looks at the answer.
func (b *browser) sends(a answer, axe string) {
	b.t.Helper()
	what := fmt.Sprintf("%s %s %s", a.page, a.form, a.values)
	b.do(20*time.Second, what, chromedp.EmulateViewport(1280, 900), scheme("light"), chromedp.Navigate(a.page), chromedp.WaitVisible(`main`, chromedp.ByQuery))
	missing := eval[string](b, fmt.Sprintf(`((at, values) => {
		const found = document.querySelector(at);
		if (!found) return "form";
		const form = found.form ?? found;
		for (const [name, value] of Object.entries(values)) {
			if (!form.elements[name]) return name;
			form.elements[name].value = value;
		}
		form.noValidate = window.before = true;
		form.requestSubmit(form === found ? undefined : found);
		return "";
	})(%q, %s)`, a.form, a.values))
	if missing != "" {
		b.t.Errorf("%s: the page has no such %s", what, missing)
		return
	}
	b.answered(a.shows)
	b.seen(strings.TrimSpace(what), axe, briefly, "422", "401", "409")
}
