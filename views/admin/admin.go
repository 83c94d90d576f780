// Package admin is where the plant, its people and the program itself are set up.
package admin

import (
	"slices"

	"millwright/views/layout"
	"millwright/views/ui"
)

// Page is the frame of every page here. Component: Section(p Page), with the page's own content as children.
type Page struct {
	Frame  layout.Frame
	Groups []Tab  // of the pages of the section that this reader may open
	Tabs   []Tab  // those of the group that is open
	Lead   string // one sentence under the title; may be ""
	Done   string // what has just been done; may be ""
	Draft  *Draft // what is not published yet; nil when nothing is
}

// Tab is one page of the section, or a group of them.
type Tab struct {
	ui.Link
	Current bool
	Waiting int // how many things wait there for somebody; 0 shows nothing
}

// Draft tells on every page what is not published yet.
type Draft struct {
	Changes []string // "Line filling-1 changes its rates"
	By      string
	Href    string // where it is looked through and published
}

// Home is the first page of the section: what to do next, and where everything is. Component: ShowHome.
type Home struct {
	Page
	Steps    []Step
	Contents []Contents
}

// Step is one part of setting a plant up.
type Step struct {
	Done bool
	Name string
	Text string
	Link ui.Link
}

// Contents is what a group of pages is for.
type Contents struct {
	Name  string
	Pages []Content
}

// Content is one page, and what it is for.
type Content struct {
	ui.Link
	What string
}

// next is the first step that is not done; -1 when all are.
func (h Home) next() int { return slices.IndexFunc(h.Steps, func(s Step) bool { return !s.Done }) }
