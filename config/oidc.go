package config

import (
	"regexp"
	"strings"

	"millwright/internal/errs"
)

// OIDC is the provider of identities that may vouch for people; without an issuer there is none. The room that asks
// it, internal/access/provider, checks what stands here.
type OIDC struct {
	Issuer       string            `yaml:"issuer"`
	ClientID     string            `yaml:"client_id"`
	ClientSecret Secret            `yaml:"client_secret"`
	SecretFile   string            `yaml:"client_secret_file"`
	Name         string            `yaml:"name"`
	Scopes       []string          `yaml:"scopes"`
	NameClaim    string            `yaml:"name_claim"`
	GroupsClaim  string            `yaml:"groups_claim"`
	Roles        map[string]string `yaml:"roles"` // group → role
	AddPeople    bool              `yaml:"add_people"`
	RedirectURL  string            `yaml:"redirect_url"`
}

// Secret is a text that nothing prints.
type Secret string

// String hides the secret.
func (Secret) String() string { return "***" }

// GoString hides the secret.
func (Secret) GoString() string { return "***" }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("***"), nil }

var variable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

// reveal puts the value of a variable into the place of ${NAME}.
func (o *OIDC) reveal(env func(string) string) {
	if m := variable.FindStringSubmatch(string(o.ClientSecret)); m != nil {
		o.ClientSecret = Secret(env(m[1]))
	}
}

// Secret gives the client's secret, from its file when there is one.
func (o OIDC) Secret() (string, error) {
	switch {
	case o.SecretFile == "":
		return string(o.ClientSecret), nil
	case o.ClientSecret != "":
		return "", errs.New(errs.Invalid, "oidc.client_secret and oidc.client_secret_file are both set; leave one of them out")
	}
	text, err := readFile(o.SecretFile)
	return strings.TrimSpace(string(text)), err
}
