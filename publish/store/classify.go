package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"careerstream/schemas/fault"
)

// Error is what ClickHouse said.
type Error struct {
	// Code is ClickHouse's, 0 when the client or the network failed.
	Code int32
	// Name of the code ("UNKNOWN_TABLE"), or "".
	Name string
	// Message without the values of rows.
	Message string
}

// Error gives code, name and message.
func (e *Error) Error() string {
	if e.Code == 0 {
		return e.Message
	}
	return strings.TrimSuffix(fmt.Sprintf("clickhouse %d %s: %s", e.Code, e.Name, e.Message), ": ")
}

// Classify turns an error of the client library into a fault: what is wrong,
// and so whether to retry, to pause or to set a row aside. The text holds no
// value of any row, since it goes into logs and dead letters. The same cause
// gives the same text. Nil, faults and context.Canceled come back as they are.
func Classify(err error) error { return classify(err, false) }

// classify keeps the whole message if full: for statements that a person typed.
func classify(err error, full bool) error {
	var known *fault.Fault
	if err == nil || errors.As(err, &known) {
		return err
	}
	var exception *ch.Exception
	var row *rowError
	var status *ch.HTTPError
	switch {
	case errors.As(err, &exception):
		return fromException(exception, full)
	case errors.As(err, &row):
		return fromClient(row)
	case errors.As(err, &status):
		return as(kindOfStatus(status.StatusCode), &Error{Message: fmt.Sprintf("the answer is HTTP status %d without a ClickHouse error: look at what is between", status.StatusCode)})
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return as(fault.Timeout, &Error{Message: "no answer in time"})
	case errors.Is(err, syscall.ENOSPC):
		return as(fault.StoreFull, &Error{Message: "no space left on device"})
	}
	// What is left is the network or the client, whose texts hold no rows.
	return as(fault.StoreUnavailable, &Error{Message: firstLine(err.Error())})
}

func as(kind fault.Kind, err *Error) error { return &fault.Fault{Kind: kind, Err: err} }

func fromException(e *ch.Exception, full bool) error {
	name := cmp.Or(e.CodeName, nameIn(e.Message))
	kind := kindOfCode(e.Code)
	if noSpace(e.Message) {
		kind = fault.StoreFull
	}
	out := &Error{Code: e.Code, Name: name}
	switch {
	case full:
		out.Message = firstLine(trimTail(e.Message))
		if kind == fault.Internal || kind == fault.RowRejected {
			return out // the fault of the statement
		}
	case kind == fault.RowRejected, kind == fault.Internal:
		// These messages quote the row.
		out.Message = whereIn(e.Message)
	default:
		out.Message = firstLine(quoted.ReplaceAllString(trimTail(e.Message), "'…'"))
	}
	return as(kind, out)
}

// fromClient reports a value that does not fit its column, by type only.
func fromClient(row *rowError) error {
	var converter *column.ColumnConverterError
	var unsupported *column.UnsupportedColumnTypeError
	switch {
	case errors.As(row.err, &unsupported):
		return as(fault.StoreSchema, &Error{Message: fmt.Sprintf("column %s has a type that the client cannot write", row.column)})
	case errors.As(row.err, &converter):
		return as(fault.RowRejected, &Error{Message: fmt.Sprintf("column %s: %s does not fit %s", row.column, converter.From, converter.To)})
	}
	return as(fault.RowRejected, &Error{Message: fmt.Sprintf("column %s: a value does not fit", row.column)})
}

var (
	quoted     = regexp.MustCompile(`'(?:[^'\\]|\\.)*'`)
	codeName   = regexp.MustCompile(`\(([A-Z][A-Z0-9_]+)\)`)
	constraint = regexp.MustCompile("(?i)constraint `?([A-Za-z0-9_]+)`?")
	columnName = regexp.MustCompile("(?i)column `?([A-Za-z0-9_.]+)`?")
	versionEnd = regexp.MustCompile(`\s*\(version [^()]*(\([^()]*\))?[^()]*\)\s*$`)
	errno28    = regexp.MustCompile(`(?i)no space left on device|errno: 28\b`)
)

func noSpace(message string) bool { return errno28.MatchString(message) }

func nameIn(message string) string {
	all := codeName.FindAllStringSubmatch(message, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}

// whereIn names the constraint or column that a message is about, no more:
// text after "Column values" or in quotes may be a row's.
func whereIn(message string) string {
	message, _, _ = strings.Cut(message, "Column values")
	message = quoted.ReplaceAllString(message, "'…'")
	if m := constraint.FindStringSubmatch(message); m != nil {
		return "constraint " + m[1]
	}
	if m := columnName.FindStringSubmatch(message); m != nil {
		return "column " + m[1]
	}
	return ""
}

// trimTail takes off the code's name and the server's version.
func trimTail(message string) string {
	message = versionEnd.ReplaceAllString(message, "")
	if at := codeName.FindAllStringIndex(message, -1); len(at) > 0 && at[len(at)-1][1] == len(strings.TrimSpace(message)) {
		message = message[:at[len(at)-1][0]]
	}
	message = strings.TrimPrefix(strings.TrimSpace(message), "DB::Exception: ")
	return strings.TrimSpace(message)
}

const maxMessage = 400

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "…"
	}
	return s
}
