// Package admin is where the plant, its people and the program itself are set up.
package admin

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is the frame of every page here. Component: Section(p Page), with the page's own content as children.
type Page struct {
	Frame layout.Frame
	Tabs  []Tab  // the pages of the section that this reader may open
	Lead  string // one sentence under the title; may be ""
	Done  string // what has just been done; may be ""
	Draft *Draft // what is not published yet; nil when nothing is
}

// Tab is one page of the section.
type Tab struct {
	ui.Link
	Current bool
}

// Draft tells on every page what is not published yet.
type Draft struct {
	Changes int // lines that differ
	By      string
	Href    string // where it is looked through and published
}
