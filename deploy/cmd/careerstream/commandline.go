package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// newCommandLine describes the command line; exit is called by --help.
func newCommandLine(c *cli, exit func(int)) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("careerstream"), kong.Description(description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Exit(exit),
		kong.Configuration(configFile),
		kong.KindMapper(reflect.String, kong.MapperFunc(asGiven)),
		kong.NamedMapper("path", kong.MapperFunc(pathAsGiven)),
		kong.Vars{"dataDefault": defaultDataForHelp()},
	)
}

// withoutEmptyVariables takes an empty environment variable for one that is not
// set: `CAREERSTREAM_DATA= careerstream up` means the default, not "".
func withoutEmptyVariables() {
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); value == "" && strings.HasPrefix(name, "CAREERSTREAM_") {
			_ = os.Unsetenv(name) // fails only for a name without letters
		}
	}
}

// asGiven takes a text argument byte for byte. The mapper of kong goes through
// JSON, which replaces what is no UTF-8, so that a file of such a name could not
// be given.
func asGiven(ctx *kong.DecodeContext, target reflect.Value) error {
	token, err := ctx.Scan.PopValue("string")
	if err != nil {
		return err
	}
	text, ok := token.Value.(string)
	if !ok {
		return fmt.Errorf("want text, not %v", token.Value)
	}
	target.SetString(text)
	return nil
}

// pathAsGiven takes the path of a file or folder. An empty one, from a variable
// of the shell that is not set, would be the folder that one stands in.
func pathAsGiven(ctx *kong.DecodeContext, target reflect.Value) error {
	if err := asGiven(ctx, target); err != nil {
		return err
	}
	if target.String() == "" {
		return errors.New("want a path, not an empty text")
	}
	if target.String() != "-" {
		target.SetString(kong.ExpandPath(target.String()))
	}
	return nil
}

// usageError is the message of a wrong command line, with the help that fits.
func usageError(err error) string {
	command := "careerstream"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		for _, step := range parse.Context.Path {
			if step.Command != nil {
				command = step.Command.FullPath()
			}
		}
	}
	return fmt.Sprintf("careerstream: %v\nTry: %s --help", err, command)
}

// given says whether a flag stands on the command line itself, not in the
// environment or in a file.
func given(ctx *kong.Context, flag string) bool {
	return slices.ContainsFunc(ctx.Path, func(step *kong.Path) bool {
		return step.Flag != nil && step.Flag.Name == flag && !step.Resolved
	})
}

// fileValues are the flags of --config FILE.
type fileValues struct {
	kong.Resolver
	name   string
	values map[string]any
}

// configFile reads a JSON object of flags, with _ for -.
func configFile(r io.Reader) (kong.Resolver, error) {
	file := fileValues{name: "the file of --config"}
	if f, ok := r.(*os.File); ok {
		file.name = f.Name()
	}
	text, err := io.ReadAll(io.LimitReader(r, maxConfigBytes))
	if err != nil {
		return nil, fmt.Errorf("read flags: %w", err)
	}
	if err := json.Unmarshal(text, &file.values); err != nil {
		return nil, fmt.Errorf("%s: %w; want an object of flags, such as {\"schedule\": \"1h\"}", file.name, err)
	}
	file.Resolver, err = kong.JSON(strings.NewReader(string(text)))
	return file, err
}

// maxConfigBytes bounds the file of --config.
const maxConfigBytes = 1 << 20

// Validate finds names that are no flag of any command: a slip of the pen
// would leave the default in force without a word.
func (f fileValues) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[strings.ReplaceAll(flag.Name, "-", "_")] = true
		}
		return next(nil)
	}) // the visitor returns no error
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if !known[strings.ReplaceAll(name, "-", "_")] {
			return fmt.Errorf("%s: %q is no flag of careerstream; a flag's name is written with _ for -", f.name, name)
		}
	}
	return nil
}

// secondSignal is how long after the first signal a second one kills: timeout(1)
// sends two at once, a person who has had enough presses Ctrl-C again.
const secondSignal = time.Second

// restoreSignals gives signals their default action back some time after ctx
// has ended by the first.
func restoreSignals(ctx context.Context, stop func()) {
	context.AfterFunc(ctx, func() { time.AfterFunc(secondSignal, stop) })
}

// moment is a time on the command line: RFC 3339, or a day for its beginning in
// UTC, as in the API.
type moment struct{ time.Time }

// UnmarshalText reads a moment.
func (m *moment) UnmarshalText(text []byte) error {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, string(text)); err == nil {
			m.Time = t
			return nil
		}
	}
	return fmt.Errorf("%q: want a time such as 2026-01-31T12:00:00Z or a day such as 2026-01-31", text)
}
