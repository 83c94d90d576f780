// Package user is how a person comes in, and what a person sees when something is wrong.
package user

import (
	"millwright/views/layout"
	"millwright/views/ui"
)

// SignIn is the page that asks who the reader is. It posts name, password and next to /sign-in. Component: ShowSignIn.
type SignIn struct {
	Frame  layout.Frame
	Name   string     // as typed before
	Next   string     // where to go afterwards; a path of this site
	Faults []ui.Fault // fields: "name", "password"

	Provider string // of identities, as people call it: "Keycloak"; "" for none
	Href     string // where one signs in with it
	Down     bool   // it could not be reached a moment ago
}

// Leaving is the page between signing out here and at the provider of identities. Component: ShowLeaving.
type Leaving struct {
	Frame    layout.Frame
	Provider string
	Href     string // where one signs out there
}

// SetUp is the page that makes the first admin. It posts key, name, password and again to /setup. Component: ShowSetUp.
type SetUp struct {
	Frame  layout.Frame
	Key    string // of the one-time link
	Name   string
	Least  int        // characters a password needs
	Faults []ui.Fault // fields: "name", "password", "again"
}

// Problem is a page that could not be shown. Component: ShowProblem.
type Problem struct {
	Frame     layout.Frame
	Code      string // "404"
	Title     string // "There is no such page"
	Text      string // what to do about it
	Reference string // what to tell the admin: "4f2a"; may be ""
	Next      ui.Link
}
