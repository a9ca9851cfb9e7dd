package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"strconv"
	"testing"
	"time"

	"careerstream/schemas/fault"
)

// TestTableIsComplete holds the table against the constants in the source.
func TestTableIsComplete(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "table.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[fault.Kind]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != "Kind" {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		declared[fault.Kind(value)] = true
		return true
	})
	if len(declared) == 0 {
		t.Fatal("found no kinds in table.go")
	}
	name := regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	seen := map[fault.Kind]bool{}
	for _, row := range fault.Table() {
		if seen[row.Kind] {
			t.Errorf("%s has two rows", row.Kind)
		}
		seen[row.Kind] = true
		if !declared[row.Kind] {
			t.Errorf("%s has a row but no constant", row.Kind)
		}
		if !name.MatchString(string(row.Kind)) {
			t.Errorf("%q is no subject token", row.Kind)
		}
		if row.Label == "" || row.Hint == "" {
			t.Errorf("%s has no label or no hint", row.Kind)
		}
		if row.Class != fault.Retry && row.Class != fault.Pause && row.Class != fault.Poison {
			t.Errorf("%s has class %q", row.Kind, row.Class)
		}
	}
	for kind := range declared {
		if !seen[kind] {
			t.Errorf("%s has a constant but no row", kind)
		}
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	cause := fs.ErrNotExist
	err := fmt.Errorf("read page: %w", fault.New(fault.UnreadableFile, "a.html: %w", cause))
	if !errors.Is(err, fault.UnreadableFile) || !errors.Is(err, cause) {
		t.Errorf("%v hides its kind or cause", err)
	}
	if errors.Is(err, fault.TooLarge) {
		t.Errorf("%v has a kind that it should not have", err)
	}
	if got := fault.KindOf(err); got != fault.UnreadableFile {
		t.Errorf("KindOf() = %s", got)
	}
	if got := fault.ClassOf(errors.New("anything")); got != fault.Retry {
		t.Errorf("ClassOf(unknown) = %s, want %s", got, fault.Retry)
	}
	if got := fault.DelayOf(fault.After(fault.Timeout, time.Second, "slow")); got != time.Second {
		t.Errorf("DelayOf() = %s", got)
	}
	if got := fault.Kind("made-up").Info().Kind; got != fault.Internal {
		t.Errorf("Info(unknown) = %s", got)
	}
}
