package layout

import (
	"strconv"

	"github.com/a-h/templ"
)

// root gives the attributes of <html>: theme, zone and what the reader may do.
func root(f Frame) templ.Attributes {
	a := templ.Attributes{}
	if f.Theme == "light" || f.Theme == "dark" {
		a["data-theme"] = f.Theme
	}
	if f.Zone != "" {
		a["data-zone"] = f.Zone
	}
	if f.Person != nil {
		a["data-role"] = f.Person.Role
	}
	return a
}

func current(i Item) templ.Attributes {
	if i.Current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func title(f Frame) string {
	switch {
	case f.Title == "":
		return siteOf(f)
	case f.Site == "":
		return f.Title + " · Millwright"
	}
	return f.Title + " · " + f.Site
}

func siteOf(f Frame) string {
	if f.Site == "" {
		return "Millwright"
	}
	return f.Site
}

func scheme(theme string) string {
	if theme == "light" || theme == "dark" {
		return theme
	}
	return "light dark"
}

// otherTheme is what the switch leads to without scripts: dark, then light, then what the system says.
func otherTheme(theme string) string {
	switch theme {
	case "dark":
		return "light"
	case "light":
		return ""
	}
	return "dark"
}

// scripts gives the scripts a page needs; all are deferred, so their order here is their order of running.
func scripts(f Frame) []string {
	names := []string{"page.js"}
	if f.Setup {
		names = append(names, "setup.js")
	}
	if f.Live {
		names = append(names, "vendor/idiomorph-0.8.0.min.js", "live.js")
	}
	if f.Terminal {
		names = append(names, "terminal.js")
	}
	if f.Replay {
		names = append(names, "vendor/idiomorph-0.8.0.min.js", "replay.js")
	}
	if f.WhatIf {
		names = append(names, "vendor/idiomorph-0.8.0.min.js", "whatif.js")
	}
	if f.Items {
		names = append(names, "item.js")
	}
	if f.Schedule {
		names = append(names, "schedule.js")
	}
	if f.Charts {
		names = append(names, "vendor/uplot-1.6.32.min.js", "trend.js")
	}
	return names
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// asOf says from when the page is, as long as it does not know better.
func asOf(f Frame) string {
	if f.At == "" {
		return "Not live"
	}
	return "As of " + f.At
}
