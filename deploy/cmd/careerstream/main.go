// Command careerstream turns career pages into versioned records in ClickHouse
// and on NATS. Run it with --help for what it does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"careerstream/schemas/fault"
)

// Exit codes. They are part of the contract with scripts and stand in the README.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitIncomplete  = 3
	exitInterrupted = 130
)

const description = `Career pages in, versioned career records out: to ClickHouse for analysts, to NATS for downstream sites.

Start with:  careerstream demo`

// cli is the whole command line: every command, flag, environment variable and default.
type cli struct {
	globals

	Demo      demoCmd      `cmd:"" help:"Run everything on the bundled sample pages and prove it."`
	Up        upCmd        `cmd:"" help:"Run the pipeline until stopped."`
	Parse     parseCmd     `cmd:"" help:"Turn one page into one record; no broker, no database."`
	Ingest    ingestCmd    `cmd:"" help:"Take pages from files, folders, globs or standard input."`
	Quiz      quizCmd      `cmd:"" help:"Take or simulate outcomes of the career test."`
	Show      showCmd      `cmd:"" help:"Print a career's published record."`
	Query     queryCmd     `cmd:"" help:"Run SQL on ClickHouse."`
	Report    reportCmd    `cmd:"" help:"Print match trends, leaderboard, funnel or trait profiles; coverage and freshness of the catalog."`
	Export    exportCmd    `cmd:"" help:"Write the published catalog as files, and compare such releases."`
	Reconcile reconcileCmd `cmd:"" help:"Prove that nothing published is missing or double."`
	Conform   conformCmd   `cmd:"" help:"Compare a consumer's idea of the catalog with ours."`
	Forget    forgetCmd    `cmd:"" help:"Erase a session of the career test everywhere."`
	Dead      deadCmd      `cmd:"" help:"List, show and redrive messages that could not be processed."`
	Held      heldCmd      `cmd:"" help:"List, show, release and reject records that look damaged."`
	Replay    replayCmd    `cmd:"" help:"Read stored pages again with today's code and profiles."`
	Migrate   migrateCmd   `cmd:"" help:"Create or update streams and tables."`
	Doctor    doctorCmd    `cmd:"" help:"Check engine, broker, tables, disk and clock."`
	Bench     benchCmd     `cmd:"" help:"Measure."`
	Schemas   schemasCmd   `cmd:"" help:"Print the contracts: JSON Schemas, subjects, faults, tables."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// program is what a command gets to work with.
type program struct {
	globals
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
}

// memoryLimit is a soft limit of Go's own memory, in bytes (256 MiB): garbage is
// collected in time instead of growing beside the engines' memory. What is
// alive, some 100 MiB with 10,000 careers, may go over it. GOMEMLIMIT sets
// another one.
const memoryLimit = 256 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, stop, os.Args[1:])
	stop()
	os.Exit(code)
}

// run parses the command line and runs the command. The first signal cancels
// ctx; later the default action is back, so that another one kills.
func run(ctx context.Context, stop func(), args []string) int {
	restoreSignals(ctx, stop)
	withoutEmptyVariables()
	text.DisableColors()
	if isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == "" {
		text.EnableColors()
	}
	var c cli
	exited := -1
	parser, err := newCommandLine(&c, func(code int) { exited = code })
	if err != nil {
		fmt.Fprintln(os.Stderr, "careerstream:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, usageError(err))
		return exitUsage
	}
	stdout := &checkedWriter{to: os.Stdout}
	p := &program{globals: c.globals, stdin: os.Stdin, stdout: stdout, stderr: os.Stderr, log: c.logger(os.Stderr, parsed.Command())}
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(p)
	if err == nil && stdout.err != nil {
		err = fmt.Errorf("print the result: %w", stdout.err)
	}
	return exitCode(ctx, err)
}

// exitCode prints err for a person and says how the program ends.
func exitCode(ctx context.Context, err error) int {
	var coded *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		if coded.message != "" {
			fmt.Fprintln(os.Stderr, "careerstream:", coded.message)
		}
		return coded.code
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "careerstream: stopped")
		return exitInterrupted
	}
	fmt.Fprintf(os.Stderr, "careerstream: %v%s\n", err, wayOut(err))
	return exitFailed
}

// wayOut is what to do about an engine that cannot be reached, where err does
// not say so itself.
func wayOut(err error) string {
	kind := fault.KindOf(err)
	refused := kind == fault.StoreDenied && strings.Contains(err.Error(), "AUTHENTICATION_FAILED")
	if kind != fault.StoreUnavailable && !refused {
		return ""
	}
	if hint := firstHint(kind); !strings.Contains(err.Error(), hint) {
		return "; " + hint
	}
	return ""
}

// firstHint is the part of a kind's hint that is not about a pipeline at work.
func firstHint(kind fault.Kind) string {
	hint, _, _ := strings.Cut(kind.Info().Hint, ";")
	return hint
}

// exitError ends the program with a code of its own.
type exitError struct {
	code    int
	message string
}

func (e *exitError) Error() string { return e.message }

// incomplete ends a command whose output already says what is missing.
func incomplete(format string, args ...any) error {
	return &exitError{code: exitIncomplete, message: fmt.Sprintf(format, args...)}
}

func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, message: fmt.Sprintf(format, args...)}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
