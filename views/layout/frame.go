// Package layout is the frame around every page: navigation, site, shift, connection and reader.
package layout

import "millwright/views/ui"

// Frame is all that surrounds a page's own content.
//
// Components: Page(f Frame) wraps a page for people; Wall(f Frame) wraps a wall display (no rail, no bar,
// the stale overlay instead); Plain(f Frame) wraps sign-in, set-up and errors. Each takes its content as children.
//
// The frame posts to two paths: /sign-out, and /theme with the fields "theme" ("light", "dark", "") and "back"
// (a path of this site). The answer to /theme sets the cookie "theme" (path /, one year, SameSite=Lax, readable
// by scripts) and leads back. With scripts the page sets the cookie itself.
type Frame struct {
	Title string                   // of the page: "Filling 1"
	Asset func(name string) string // static.Path: the hashed URL of a static file
	Build string                   // the running build; an open page that sees another one reloads itself
	Now   int64                    // server time of the rendering, Unix ms: the page's clock until the first beat
	At    string                   // the same for the reader: "10:42:07"; shown until the page is live
	Zone  string                   // IANA name of the site's zone, for clocks that tick in the page
	Theme string                   // "light", "dark", or "" for what the reader's system says (cookie "theme")

	Site     string    // "Ulm works"
	Nav      []Item    // the rail: only what exists and this reader may open
	Crumbs   []ui.Link // from site to unit; the last is the page itself and has no Href
	Shift    *Shift    // nil outside the calendar
	Person   *Person   // nil when nobody is signed in
	Refresh  int       // seconds after which a page without scripts loads itself anew; 0 means never
	Live     bool      // the page has panels: live.js connects to /live
	Charts   bool      // the page has trend charts: trend.js and uPlot are loaded
	Setup    bool      // the page sets the plant up: setup.js is loaded
	Terminal bool      // the page is an operator's: terminal.js is loaded
	Replay   bool      // the page plays the past: replay.js is loaded
	WhatIf   bool      // the page reckons what could have been: whatif.js is loaded
	Items    bool      // the page is about items: item.js is loaded
	Schedule bool      // the page has bars that can be dragged: schedule.js is loaded
	Path     string    // of this page with its query: where to return after the theme was switched without scripts
}

// Item is one entry of the rail.
type Item struct {
	ui.Link
	Icon    ui.Icon
	Current bool
}

// Shift is the running shift in the top bar.
type Shift struct {
	Name string // "Early"
	Span string // "06:00–14:00"
	Left ui.Timer
}

// Person is the reader.
type Person struct {
	Name string
	Role string // "viewer", "operator", "manager", "admin": forms that a role may not use are not shown to it
}
