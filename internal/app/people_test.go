package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"millwright/internal/errs"
)

func TestTheFolderMustBeAFolderThatMayBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "data")} {
		if err := folder(path); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "--data") {
			t.Errorf("%s: %v", path, err)
		}
	}
	made := filepath.Join(t.TempDir(), "a", "b")
	if err := folder(made); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(made)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v: others of the machine may look into it", info.Mode(), err)
	}
	if left, err := os.ReadDir(made); err != nil || len(left) != 0 {
		t.Errorf("looking left %v behind, %v", left, err)
	}
}

func TestPeopleAndTokensAreAddedBesideTheProgram(t *testing.T) {
	cfg := in(t, t.TempDir())
	var out strings.Builder
	if err := AddUser(t.Context(), cfg, NewUser{Name: "Anna", Role: "manager", Password: "a long enough phrase"}, &out); err != nil || !strings.Contains(out.String(), "Anna may come in as manager") {
		t.Errorf("%v: %s", err, out.String())
	}
	for want, n := range map[string]NewUser{
		"no role":                    {Name: "Bo", Role: "king", Password: "a long enough phrase"},
		"viewer, operator, manager":  {Name: "Bo", Role: "display", Password: "a long enough phrase"},
		"at least 12 characters":     {Name: "Bo", Role: "viewer", Password: "short"},
		"a user named ANNA already":  {Name: "ANNA", Role: "viewer", Password: "a long enough phrase"},
		"Give a name":                {Role: "viewer", Password: "a long enough phrase"},
		"must not be the name":       {Name: "Bartholomew Quill", Role: "viewer", Password: "Bartholomew Quill"},
		"the first that anybody":     {Name: "Bo", Role: "viewer", Password: "password1234"},
		"begins and ends with a let": {Name: " Bo", Role: "viewer", Password: "a long enough phrase"},
	} {
		if err := AddUser(t.Context(), cfg, n, &out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", n, err, want)
		}
	}
	out.Reset()
	if err := AddToken(t.Context(), cfg, NewToken{Name: "reader", Role: "viewer"}, &out); err != nil || !strings.Contains(out.String(), "\nmw_") {
		t.Errorf("%v: %s", err, out.String())
	}
	out.Reset()
	if err := AddToken(t.Context(), cfg, NewToken{Name: "gateway", Scopes: []string{"samples:write"}, At: []string{"connection:plc"}}, &out); err != nil || !strings.Contains(out.String(), "may samples:write at connection:plc") {
		t.Errorf("%v: %s", err, out.String())
	}
	out.Reset()
	if err := AddToken(t.Context(), cfg, NewToken{Name: "hall-1", Role: "display", Page: "/wall/hall/filling"}, &out); err != nil || !strings.Contains(out.String(), "http://127.0.0.1:8080/wall/open/mw_") {
		t.Errorf("%v: %s", err, out.String())
	}
	out.Reset()
	cfg.PublicURL = "https://millwright.example"
	if err := AddToken(t.Context(), cfg, NewToken{Name: "hall-2", Role: "display", Page: "/wall/line/mill-1"}, &out); err != nil || !strings.Contains(out.String(), "https://millwright.example/wall/open/mw_") {
		t.Errorf("%v: %s", err, out.String())
	}
	for want, n := range map[string]NewToken{
		"no role":               {Name: "x", Role: "king"},
		"not both":              {Name: "x", Role: "viewer", Scopes: []string{"read"}},
		"no scope everything":   {Name: "x", Scopes: []string{"everything"}},
		"is no place":           {Name: "x", Scopes: []string{"read"}, At: []string{"Ulm/Filling"}},
		"in the whole plant":    {Name: "x", Scopes: []string{"plant:read"}, At: []string{"ulm"}},
		"needs the page":        {Name: "x", Role: "display"},
		"tied to a page":        {Name: "x", Role: "viewer", Page: "/wall/line/mill-1"},
		"needs another name":    {Name: "<script>", Role: "viewer"},
		"/wall/hall/<area>":     {Name: "x", Role: "display", Page: "/api/v1/lines"},
		"needs the page it sho": {Name: "x", Role: "display", Page: "/wall/line/../../"},
	} {
		if err := AddToken(t.Context(), cfg, n, &out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", n, err, want)
		}
	}
}

func TestADisplaysLinkLeadsToWhereTheProgramRuns(t *testing.T) {
	cfg := in(t, t.TempDir())
	if err := os.WriteFile(filepath.Join(cfg.Data, siteFile), []byte("http://127.0.0.1:9999\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := AddToken(t.Context(), cfg, NewToken{Name: "hall", Role: "display", Page: "/wall/hall/filling"}, &out); err != nil || !strings.Contains(out.String(), "http://127.0.0.1:9999/wall/open/mw_") {
		t.Errorf("%v: %s", err, out.String())
	}
}
