package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheClientSecretComesFromWhereItIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"oidc: {client_secret: in clear}":                                 "in clear",
		"oidc: {client_secret: \"${KEPT}\"}":                              "from the environment",
		"oidc: {client_secret: \"${UNSET}\"}":                             "",
		"oidc: {client_secret_file: " + file + "}":                        "from a file",
		"oidc: {client_secret: x, client_secret_file: " + file + "}":      "!are both set",
		"oidc: {client_secret_file: /nowhere/secret}":                     "!/nowhere/secret cannot be read",
		"oidc: {issuer: \"https://login.example\", roles: {all: viewer}}": "",
	} {
		c, err := Load(write(t, text), func(name string) string { return map[string]string{"KEPT": "from the environment"}[name] })
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got, err := c.OIDC.Secret()
		if err != nil {
			got = "!" + err.Error()
		}
		if fault, bad := strings.CutPrefix(want, "!"); got != want && (!bad || !strings.Contains(got, fault)) {
			t.Errorf("%s gives %q; want %q", text, got, want)
		}
		written, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if said := fmt.Sprintf("%v %+v %#v %s %s", c, c, c, c.OIDC.ClientSecret, written); strings.Contains(said, "in clear") || strings.Contains(said, "from the environment") {
			t.Error("the secret is printed")
		}
	}
	if _, err := Load(write(t, "oidc: {isuer: x}"), none); err == nil || !strings.Contains(err.Error(), `key "isuer" is unknown`) {
		t.Errorf("a misspelt key: %v", err)
	}
}
