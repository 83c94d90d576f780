package e2e

import (
	"bytes"
	"fmt"
	picture "image"
	_ "image/png" // screenshots
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// screens are what a manager, an operator and who stands before a wall look at most.
var screens = []string{
	"/", "/line/filling-1", "/line/filling-1/shift", "/losses", "/figures?range=shift&side=unit", "/replay", "/whatif?line=filling-1", "/operator/filling-1",
	"/wall/line/filling-1", "/wall/hall/filling", "/wall/orders/ulm",
}

// sizes are a telephone, a laptop, a desk's screen and a wall's.
var sizes = [][2]int64{{360, 780}, {1280, 800}, {1920, 1080}, {3840, 2160}}

// cut is what stands over the window's edge at the side, or below it on a wall that nobody scrolls.
const cut = `(() => {
	const wall = location.pathname.startsWith("/wall/") && innerWidth > 700, over = [];
	const hidden = (el) => { for (; el; el = el.parentElement) if (getComputedStyle(el).overflowX !== "visible") return true; };
	for (const el of document.querySelectorAll("main *")) {
		const r = el.getBoundingClientRect();
		if (!r.width || !r.height || !el.checkVisibility() || el.closest("svg") || el.closest(".sr")) continue;
		if ((r.right > innerWidth + 9 && !hidden(el.parentElement)) || (wall && r.bottom > innerHeight + 9)) over.push(el.tagName + "." + el.className + " " + el.textContent.trim().slice(0, 40));
	}
	return over.slice(0, 3).join(" | ");
})()`

// TestTheScreensAreFitInFourSizes looks at pictures of them, light and dark: nothing is cut, each shows something, and the
// ground follows the theme. With MILLWRIGHT_SHOTS they are kept in that folder for people to look at.
func TestTheScreensAreFitInFourSizes(t *testing.T) {
	t.Parallel()
	s := startDemo(t)
	b := openBrowser(t)
	b.becomeAdmin(s.setupLink())
	b.promise(stopped) // the past is there
	inWindows(s, screens, func(b *browser, path string) {
		for _, size := range sizes {
			light := map[string]float64{}
			for _, theme := range []string{"light", "dark"} {
				var shot []byte
				what := fmt.Sprintf("%s, %d px, %s", path, size[0], theme)
				b.do(20*time.Second, what, chromedp.EmulateViewport(size[0], size[1]), scheme(theme), chromedp.Navigate(s.url+path), chromedp.WaitVisible("main", chromedp.ByQuery))
				var width int
				var over string
				b.do(20*time.Second, what, chromedp.Evaluate(fitting, &width, awaited), chromedp.Evaluate(cut, &over), chromedp.CaptureScreenshot(&shot))
				if width > int(size[0]) || over != "" {
					b.t.Errorf("%s is %d px wide; over the edge stand %q", what, width, over)
				}
				b.pictures(what, shot, light, theme)
			}
			if !strings.HasPrefix(path, "/wall/") && light["light"] < light["dark"]+0.4 {
				b.t.Errorf("%s, %d px: the ground does not follow the theme: %v", path, size[0], light)
			}
		}
		b.clean()
	})
}

// pictures looks at a picture: it shows something, and notes how light it is.
func (b *browser) pictures(what string, shot []byte, light map[string]float64, theme string) {
	b.t.Helper()
	if folder := os.Getenv("MILLWRIGHT_SHOTS"); folder != "" {
		name := strings.NewReplacer("/", "-", "?", "-", "&", "-", ", ", "_", " ", "").Replace(strings.Trim(what, "/")) + ".png"
		if err := os.WriteFile(filepath.Join(folder, name), shot, 0o600); err != nil {
			b.t.Error(err)
		}
	}
	p, _, err := picture.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Errorf("%s: %v", what, err)
		return
	}
	colours, sum, n := map[[3]uint32]bool{}, 0.0, 0.0
	for y := p.Bounds().Min.Y; y < p.Bounds().Max.Y; y += 7 {
		for x := p.Bounds().Min.X; x < p.Bounds().Max.X; x += 7 {
			r, g, b, _ := p.At(x, y).RGBA()
			colours[[3]uint32{r >> 10, g >> 10, b >> 10}] = true
			sum, n = sum+float64(r+g+b)/(3*0xffff), n+1
		}
	}
	if light[theme] = sum / n; len(colours) < 8 {
		b.t.Errorf("%s shows %d colours", what, len(colours))
	}
}
