package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/config"
)

func TestAllMistakesInTheSettingsAreToldAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "millwright.yaml")
	text := "listen: nowhere\npublic_url: ftp://x\noidc: {issuer: http://far.example, client_secret: a, client_secret_file: b}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(path, func(string) string { return "" }, Faults)
	for _, want := range []string{"listen: ", "public_url: ", "oidc.issuer: ", "oidc.client_id: ", "oidc.roles: ", "oidc.client_secret: "} {
		if err == nil || strings.Count(err.Error(), "  "+want) != 1 {
			t.Errorf("%s is not told: %v", want, err)
		}
	}
}
