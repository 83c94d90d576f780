// Package letters is where it is set up who gets which report by mail, and seen what became of the letters.
package letters

import (
	"millwright/views/admin"
	"millwright/views/ui"
)

// Page is all of it. It posts the server's fields to /admin/mail, and test-to to /admin/mail/test. Component: Show.
type Page struct {
	admin.Page
	Server        Server
	Ready         bool // a server is set
	Faults        []ui.Fault
	Test          ui.Input
	Found         *Finding // of a test; nil when none was made
	Subscriptions []Row
	Letters       []Letter // the newest first
}

// Server is the form of the mail server.
type Server struct {
	Host, Port, Security, User, Password, From, Why ui.Input
	Securities                                      []ui.Choice
	Version                                         string
}

// Typed fills in what was typed, but for the password, and what is wrong with it.
func (s *Server) Typed(value func(string) string, wrong []ui.Fault) {
	for _, in := range []*ui.Input{&s.Host, &s.Port, &s.Security, &s.User, &s.From, &s.Why} {
		in.Value, in.Fault = value(in.ID), ui.FaultOf(wrong, in.ID)
	}
	s.Password.Fault = ui.FaultOf(wrong, s.Password.ID)
}

// Finding is how a test went, for people and below it for those who know.
type Finding struct {
	OK          bool
	Words, Next string
	Detail      string
}

// Row is one subscription.
type Row struct {
	Name, Href, Report, When, Place, Format string
	To                                      []string
	Off                                     bool
}

// Letter is one letter.
type Letter struct {
	Due, Subscription, About, State string
	Mood                            ui.Mood
	Attempts, Fault                 string
	Again                           string // where it is posted to be sent again
	May                             bool
}

// One is the form of a subscription. Component: ShowOne.
type One struct {
	admin.Page
	Faults  []ui.Fault
	Action  string
	Known   bool // it is there already, and can be removed
	Version string
	Fields  []Field
	Remove  ui.Input // why it is removed
}

// Field is one of its fields: a choice where it has some.
type Field struct {
	ui.Input
	Choices     []ui.Choice
	Area, Check bool
}

func foundClass(ok bool) string {
	if ok {
		return "sheet mood-well"
	}
	return "sheet mood-alarm"
}

func foundWord(ok bool) string {
	if ok {
		return "The test went through"
	}
	return "The test did not go through"
}

func foundMood(ok bool) ui.Mood {
	if ok {
		return ui.Well
	}
	return ui.Alarm
}

func onOff(off bool) string {
	if off {
		return "off"
	}
	return "on"
}
