package connect

import "millwright/views/ui"

// The ways to sign in.
const (
	Anonymous     = "anonymous"
	ByName        = "name"
	ByCertificate = "certificate"
)

// User is who signs in at a machine, as set or as typed; no secret is in it.
type User struct {
	SignIn      string // one of the ways
	Name        string
	HasPassword bool
	Plain       bool        // the password is sent unprotected if need be
	Certificate string      // as typed
	Set         Certificate // the one that is set; zero when none is
	Over        bool        // its time is over
	HasKey      bool
}

func signIns() []ui.Choice {
	return []ui.Choice{
		{Value: Anonymous, Name: "Anonymous"},
		{Value: ByName, Name: "A user, by name and password"},
		{Value: ByCertificate, Name: "A user, by certificate"},
	}
}

func (f Form) fault(in ui.Input) ui.Input {
	in.Fault = ui.FaultOf(f.Faults, in.ID)
	return in
}

func (f Form) signIn() ui.Input {
	return f.fault(ui.Input{ID: "sign_in", Label: "As", Help: "Who the machine is told that it speaks with.", Value: f.User.SignIn})
}

func (f Form) user() ui.Input {
	return f.fault(ui.Input{ID: "user", Label: "User name", Type: "text", Value: f.User.Name, Optional: true, Complete: "off"})
}

func (f Form) password() ui.Input {
	help := "It is kept sealed and never shown again."
	if f.User.HasPassword {
		help = "One is set. Leave this empty to keep it."
	}
	return f.fault(ui.Input{ID: "password", Label: "Password", Help: help, Type: "password", Optional: true, Complete: "new-password"})
}

func (f Form) forget() ui.Input { return ui.Input{ID: "forget", Label: "Forget the password"} }

func (f Form) plain() ui.Input {
	in := ui.Input{ID: "plain_password", Label: "Send the password unprotected if need be", Help: "For a server that takes it only in the clear, on a connection that is not encrypted. Whoever listens on the network can read it, and sign in to the machine."}
	if f.User.Plain {
		in.Value = "on"
	}
	return in
}

func (f Form) certificate() ui.Input {
	help := "PEM, from -----BEGIN CERTIFICATE----- on. It is made for this user of the machine, and is not the certificate of this program."
	if f.User.Set.Thumbprint != "" {
		help = "PEM, to take the place of the one that is set. Leave this empty to keep that."
	}
	return f.fault(ui.Input{ID: "user_certificate", Label: "Certificate", Help: help, Value: f.User.Certificate, Rows: 3, Optional: true})
}

func (f Form) certificateFile() ui.Input {
	return ui.Input{ID: "user_certificate_file", Label: "or its file, PEM or DER", Type: "file", Optional: true}
}

func (f Form) key() ui.Input {
	help := "PEM, RSA, not protected by a password. It is kept sealed and never shown again."
	if f.User.HasKey {
		help = "One is set. Leave this empty to keep it."
	}
	return f.fault(ui.Input{ID: "user_key", Label: "Its key", Help: help, Rows: 3, Optional: true})
}

func (f Form) keyFile() ui.Input {
	return ui.Input{ID: "user_key_file", Label: "or its file, PEM or DER", Type: "file", Optional: true}
}
