package web_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
)

var (
	inputs    = regexp.MustCompile(`<input ([^>]*)>`)
	areas     = regexp.MustCompile(`(?s)<textarea ([^>]*)>(.*?)</textarea>`)
	selects   = regexp.MustCompile(`(?s)<select ([^>]*)>(.*?)</select>`)
	chosen    = regexp.MustCompile(`<option value="([^"]*)" selected`)
	first     = regexp.MustCompile(`<option value="([^"]*)"`)
	attribute = regexp.MustCompile(`\b(name|value|type)="([^"]*)"`)
)

// fieldsOf reads the fields of a form as a browser would send them.
func fieldsOf(form string) url.Values {
	all := url.Values{}
	for _, m := range inputs.FindAllStringSubmatch(form, -1) {
		a := attributesOf(m[1])
		if a["type"] == "checkbox" && !strings.Contains(m[1], " checked") {
			continue
		}
		if a["type"] == "checkbox" {
			a["value"] = "on"
		}
		all.Add(a["name"], a["value"])
	}
	for _, m := range areas.FindAllStringSubmatch(form, -1) {
		all.Add(attributesOf(m[1])["name"], html.UnescapeString(m[2]))
	}
	for _, m := range selects.FindAllStringSubmatch(form, -1) {
		value := chosen.FindStringSubmatch(m[2])
		if value == nil {
			value = first.FindStringSubmatch(m[2])
		}
		all.Add(attributesOf(m[1])["name"], html.UnescapeString(value[1]))
	}
	return all
}

func attributesOf(text string) map[string]string {
	all := map[string]string{}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		all[m[1]] = html.UnescapeString(m[2])
	}
	return all
}
