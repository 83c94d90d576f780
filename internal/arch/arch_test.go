package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "millwright/"

// source is one parsed Go file of ours.
type source struct {
	path  string // from the repository's root
	pkg   string // its folder
	test  bool
	lines int
	file  *ast.File
	fset  *token.FileSet
}

// parsed is read once, for every test.
var parsed = sync.OnceValues(parse)

func sources(t *testing.T) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("found only %d Go files: the test looks in the wrong place", len(all))
	}
	return all
}

func parse() ([]source, error) {
	root := filepath.Join("..", "..")
	var all []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "node_modules" || name == "bin" || name == "data" || name == "testdata" || (strings.HasPrefix(name, ".") && name != "..")) {
			return filepath.SkipDir
		}
		if d.IsDir() && path != root && exists(filepath.Join(path, "go.mod")) { // a module of its own
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_templ.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		all = append(all, source{rel, filepath.Dir(rel), strings.HasSuffix(name, "_test.go"), strings.Count(string(text), "\n"), f, fset})
		return nil
	})
	return all, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func imports(s source) []string {
	var out []string
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// within tells whether a package lies in a folder or below it.
func within(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

func anyWithin(pkg string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return within(pkg, f) })
}

// words every level may use.
var words = []string{"internal/plant", "internal/errs"}

// may says which of our packages a package may import besides its own subtree: the pyramid, as rules.
// The first row that holds a package decides.
var may = []struct {
	pkg string
	own []string
}{
	{"internal/plant", nil},
	{"internal/errs", nil},
	{"internal/run", nil},
	{"internal/access/accessfile", append([]string{"internal/access", "internal/revision/consent", "internal/ot/driver/opcua/pki", "config/strict"}, words...)},
	{"internal/access", words},
	{"internal/revision/touch", append([]string{"internal/revision", "config", "internal/ot"}, words...)},
	{"internal/revision/plan", append([]string{"internal/revision", "config"}, words...)},
	{"internal/revision", words},
	{"internal/secret", words},
	{"internal/ot", append([]string{"internal/ot"}, words...)},
	{"internal/erp", append([]string{"internal/erp"}, words...)},
	{"internal/mes", append([]string{"internal/mes", "internal/ot", "internal/erp"}, words...)},
	{"internal/store", append([]string{"internal/access", "internal/mail", "internal/report", "internal/revision", "internal/ot", "internal/erp", "internal/mes", "migrations"}, words...)},
	{"internal/live", nil},
	{"internal/sheet", words},
	{"internal/report/table", []string{"internal/report", "internal/sheet"}},
	{"internal/report/paper", []string{"internal/report"}},
	{"internal/report", nil},
	{"internal/mail", append([]string{"internal/mail", "internal/report"}, words...)},
	{"internal/web", append([]string{"internal/live", "internal/sheet", "internal/report", "internal/mail", "views", "static", "config", "internal/access", "internal/revision", "internal/ot", "internal/erp", "internal/mes"}, words...)},
	{"internal/app", []string{"internal", "config", "views", "static", "migrations"}},
	{"internal/arch", nil},
	{"internal/e2e", nil},
	{"views/report", []string{"views", "internal/report"}},
	{"views", []string{"views"}},
	{"static", nil},
	{"migrations", nil},
	{"config/tagtable", append([]string{"config", "internal/sheet"}, words...)},
	{"config/machines", append([]string{"config"}, words...)},
	{"config/reread", append([]string{"config", "config/plain"}, words...)},
	{"config/amendment", append([]string{"config"}, words...)},
	{"config", append([]string{"internal/ot"}, words...)},
	{"cmd", []string{"internal/app", "config"}},
}

func TestImportsKeepThePyramid(t *testing.T) {
	for _, s := range sources(t) {
		if s.test { // a test may join rooms to prove that they fit
			continue
		}
		i := slices.IndexFunc(may, func(r struct {
			pkg string
			own []string
		},
		) bool {
			return within(s.pkg, r.pkg)
		})
		if i < 0 {
			t.Errorf("%s: no row of the tree allows this folder", s.path)
			continue
		}
		for _, p := range imports(s) {
			ours, is := strings.CutPrefix(p, module)
			if is && !within(ours, may[i].pkg) && !anyWithin(ours, may[i].own) {
				t.Errorf("%s imports %s: %s may import only %v", s.path, ours, may[i].pkg, may[i].own)
			}
		}
	}
}

// alone names the libraries that only certain rooms may know.
var alone = map[string][]string{
	"gorm.io/":                         {"internal/store"},
	"modernc.org/sqlite":               {"internal/store"},
	"github.com/jackc/pgx":             {"internal/store"},
	"github.com/pressly/goose":         {"internal/store"},
	"github.com/a-h/templ":             {"views", "internal/web"},
	"github.com/gorilla/websocket":     {"internal/live", "internal/e2e", "internal/app/bench"},
	"github.com/labstack/echo":         {"internal/web"},
	"github.com/danielgtaylor/huma":    {"internal/web/api"},
	"github.com/gopcua/opcua":          {"internal/ot/driver/opcua"},
	"github.com/prometheus/prometheus": {"internal/ot/history/embedded"},
	"github.com/coreos/go-oidc":        {"internal/access/provider"},
	"golang.org/x/oauth2":              {"internal/access/provider"},
	"github.com/expr-lang/expr":        {"internal/ot/derive"},
	"github.com/spf13/cobra":           {"internal/app", "cmd"},
	"github.com/xuri/excelize":         {"internal/sheet"},
	"github.com/go-pdf/fpdf":           {"internal/report/paper"},
	"github.com/boombuler/barcode":     {"internal/report/paper", "internal/report/label"},
	"github.com/wneessen/go-mail":      {"internal/mail/post"},
	"github.com/emersion/go-smtp":      {"internal/mail/mailtest"},
}

func TestLibrariesStayInTheirRooms(t *testing.T) {
	for _, s := range sources(t) {
		for _, p := range imports(s) {
			for lib, rooms := range alone {
				if strings.HasPrefix(p, lib) && !anyWithin(s.pkg, rooms) && !s.test {
					t.Errorf("%s names %s: only %v may", s.path, p, rooms)
				}
			}
		}
	}
}

// The budgets of the house style.
const (
	maxFile, maxFunction, maxPackage     = 300, 60, 1500
	maxMethods, maxParameters, maxNested = 8, 5, 3
)

func TestFilesAndPackagesFitInTheHead(t *testing.T) {
	packages := map[string]int{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		packages[s.pkg] += s.lines
		if s.lines > maxFile {
			t.Errorf("%s has %d lines; the most is %d", s.path, s.lines, maxFile)
		}
	}
	for pkg, lines := range packages {
		if lines > maxPackage && pkg != "internal/store" && pkg != "internal/web" {
			t.Errorf("package %s has %d lines; the most is %d", pkg, lines, maxPackage)
		}
	}
}

func TestFunctionsFitInTheEye(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.FuncDecl:
				checkFunction(t, s, d)
			case *ast.TypeSpec:
				i, is := d.Type.(*ast.InterfaceType)
				if is && len(i.Methods.List) > maxMethods {
					t.Errorf("%s: interface %s has %d methods; the most is %d", s.path, d.Name.Name, len(i.Methods.List), maxMethods)
				}
			}
			return true
		})
	}
}

func checkFunction(t *testing.T, s source, f *ast.FuncDecl) {
	t.Helper()
	if f.Body == nil {
		return
	}
	lines := s.fset.Position(f.Body.End()).Line - s.fset.Position(f.Pos()).Line
	if lines > maxFunction && !s.test {
		t.Errorf("%s: function %s has %d lines; the most is %d", s.path, f.Name.Name, lines, maxFunction)
	}
	count := 0
	for _, p := range f.Type.Params.List {
		count += max(1, len(p.Names))
	}
	if count > maxParameters && !s.test {
		t.Errorf("%s: function %s has %d parameters; the most is %d", s.path, f.Name.Name, count, maxParameters)
	}
	if d := depth(f.Body.List); d > maxNested+1 && !s.test {
		t.Errorf("%s: function %s is nested %d deep; the most is %d", s.path, f.Name.Name, d, maxNested+1)
	}
	if f.Name.Name == "init" && f.Recv == nil {
		t.Errorf("%s: init functions register behind the reader's back", s.path)
	}
}

// depth counts nested blocks of control flow; the bodies of function literals count anew.
func depth(list []ast.Stmt) int {
	deepest := 0
	for _, s := range list {
		d := 0
		switch n := s.(type) {
		case *ast.IfStmt:
			d = 1 + depth(n.Body.List)
			if n.Else != nil {
				d = max(d, depth([]ast.Stmt{n.Else}))
			}
		case *ast.ForStmt:
			d = 1 + depth(n.Body.List)
		case *ast.RangeStmt:
			d = 1 + depth(n.Body.List)
		case *ast.SwitchStmt:
			d = 1 + clauses(n.Body.List)
		case *ast.TypeSwitchStmt:
			d = 1 + clauses(n.Body.List)
		case *ast.SelectStmt:
			d = 1 + clauses(n.Body.List)
		case *ast.BlockStmt:
			d = depth(n.List)
		}
		deepest = max(deepest, d)
	}
	return deepest
}

func clauses(list []ast.Stmt) int {
	deepest := 0
	for _, c := range list {
		switch n := c.(type) {
		case *ast.CaseClause:
			deepest = max(deepest, depth(n.Body))
		case *ast.CommClause:
			deepest = max(deepest, depth(n.Body))
		}
	}
	return deepest
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			documented[s.pkg] = documented[s.pkg] || s.file.Doc != nil
		}
	}
	for pkg, has := range documented {
		if !has {
			t.Errorf("package %s has no sentence of its own", pkg)
		}
	}
}

// clockless rooms hold engines and words: time is an argument there.
var clockless = []string{"internal/plant", "internal/errs", "internal/ot/machine", "internal/ot/tag", "internal/ot/history", "internal/mes", "internal/erp", "internal/ot/simulate", "views"}

func TestEnginesReadNoClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !anyWithin(s.pkg, clockless) || within(s.pkg, "internal/ot/simulate/station") || within(s.pkg, "internal/ot/simulate/backfill") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, is := n.(*ast.SelectorExpr)
			if !is {
				return true
			}
			if x, is := call.X.(*ast.Ident); is && x.Name == "time" && (call.Sel.Name == "Now" || call.Sel.Name == "Since" || call.Sel.Name == "Until") {
				t.Errorf("%s:%d reads the wall clock", s.path, s.fset.Position(n.Pos()).Line)
			}
			return true
		})
	}
}

func TestNothingMutableStandsInAPackage(t *testing.T) {
	fine := func(v ast.Expr) bool { // read-only by habit: errors, tables, compiled patterns, embedded files, assertions
		switch e := v.(type) {
		case *ast.CompositeLit:
			return true
		case *ast.UnaryExpr:
			_, is := e.X.(*ast.CompositeLit)
			return is
		case *ast.CallExpr:
			return true
		case *ast.BasicLit, *ast.FuncLit:
			return false
		}
		return true
	}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			g, is := d.(*ast.GenDecl)
			if !is || g.Tok != token.VAR {
				continue
			}
			embedded := g.Doc != nil && strings.Contains(g.Doc.List[len(g.Doc.List)-1].Text, "go:embed")
			for _, spec := range g.Specs {
				v := spec.(*ast.ValueSpec)
				if embedded || v.Names[0].Name == "_" || v.Names[0].Name == "Version" {
					continue
				}
				if len(v.Values) == 0 || !fine(v.Values[0]) {
					t.Errorf("%s: package variable %s can change; make it a field", s.path, v.Names[0].Name)
				}
			}
		}
	}
}

// The clients of three clouds came with the historian's storage once: two fifths of all that was compiled.
func TestNoCloudIsLinked(t *testing.T) {
	c := exec.Command("go", "list", "-deps", "./cmd/millwright")
	c.Dir = filepath.Join("..", "..")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range strings.Lines(string(out)) {
		for _, cloud := range []string{"github.com/aws/", "github.com/AzureAD/", "google.golang.org/grpc", "cloud.google.com/go/auth", "k8s.io/client-go/kubernetes"} {
			if strings.HasPrefix(pkg, cloud) {
				t.Errorf("%s is linked; see internal/ot/history/embedded/absent", strings.TrimSpace(pkg))
			}
		}
	}
}
