package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// waiver on a line, or on the line above it, allows a banned call there; what
// follows it is the reason.
const waiver = "//arch:allow "

// ban forbids a selector such as time.Sleep.
type ban struct {
	pkg, name string // a name that ends in * stands for a prefix
	why       string
	tests     bool   // also in tests
	except    string // folder in which it is fine
}

var bans = []ban{
	{"time", "Sleep", "wait for a signal or a ticker", true, ""},
	{"http", "DefaultClient", "it has no timeout", true, ""},
	{"http", "Get", "it uses the default client", true, ""},
	{"http", "Post", "it uses the default client", true, ""},
	{"context", "Background", "take a context from the caller", false, "deploy/cmd"},
	{"context", "TODO", "take a context from the caller", true, ""},
	{"fmt", "Print*", "only the program writes to standard output", false, "deploy/cmd"},
	{"os", "Exit", "return an error to main", false, "deploy/cmd"},
	{"log", "Fatal*", "return an error to main", true, ""},
	{"log", "Print*", "use slog", true, ""},
}

func TestBannedCalls(t *testing.T) {
	t.Parallel()
	files := 0
	eachGoFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		files++
		isTest := strings.HasSuffix(path, "_test.go")
		waived := map[int]bool{}
		for _, group := range file.Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, waiver) {
					line := fset.Position(comment.Pos()).Line
					waived[line], waived[line+1] = true, true
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := selector.X.(*ast.Ident)
			if !ok || pkg.Obj != nil {
				return true
			}
			for _, b := range bans {
				if pkg.Name != b.pkg || !matches(b.name, selector.Sel.Name) || (isTest && !b.tests) {
					continue
				}
				position := fset.Position(n.Pos())
				if (b.except != "" && strings.HasPrefix(path, b.except+"/")) || waived[position.Line] {
					continue
				}
				t.Errorf("%s:%d: %s.%s: %s", path, position.Line, pkg.Name, selector.Sel.Name, b.why)
			}
			return true
		})
	})
	if files < 20 {
		t.Fatalf("read %d files, want the whole tree", files)
	}
}

func matches(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == name
}

func TestNoCatchAllPackages(t *testing.T) {
	t.Parallel()
	eachGoFile(t, func(path string, _ *token.FileSet, file *ast.File) {
		switch strings.TrimSuffix(file.Name.Name, "_test") {
		case "util", "utils", "common", "helper", "helpers", "types", "misc", "base":
			t.Errorf("%s: package %s says nothing", path, file.Name.Name)
		}
	})
}

func TestExportedIdentifiersHaveDocComments(t *testing.T) {
	t.Parallel()
	eachGoFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) && !obvious(d) {
					t.Errorf("%s:%d: %s has no doc comment", path, fset.Position(d.Pos()).Line, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
						t.Errorf("%s:%d: type %s has no doc comment", path, fset.Position(s.Pos()).Line, s.Name.Name)
					}
				}
			}
		}
	})
}

// exportedReceiver tells functions, and methods of exported types, from the
// methods of types that nobody outside can name.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if index, ok := typ.(*ast.IndexExpr); ok {
		typ = index.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported()
}

// obvious names methods whose meaning an interface of the standard library fixes.
func obvious(d *ast.FuncDecl) bool {
	switch d.Name.Name {
	case "Error", "Unwrap", "String", "Is", "ServeHTTP", "Len", "Less", "Swap", "MarshalJSON", "UnmarshalJSON":
		return d.Recv != nil
	}
	return false
}

func eachGoFile(t *testing.T, visit func(path string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	const root = "../.."
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator))), fset, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
