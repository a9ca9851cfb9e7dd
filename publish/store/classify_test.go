package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"careerstream/schemas/fault"
)

func TestClassify(t *testing.T) {
	t.Parallel()
	server := func(code int32, message string) error { return &ch.Exception{Code: code, Message: message} }
	tests := []struct {
		err  error
		want fault.Kind
		text string // what the text must hold
	}{
		{server(516, "default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)"), fault.StoreDenied, "AUTHENTICATION_FAILED"},
		{server(192, "x"), fault.StoreDenied, ""},
		{server(193, "x"), fault.StoreDenied, ""},
		{server(497, "reader: Not enough privileges. (ACCESS_DENIED)"), fault.StoreDenied, "privileges"},
		{server(60, "Table careerstream.careers does not exist. (UNKNOWN_TABLE)"), fault.StoreSchema, "careerstream.careers"},
		{server(81, "Database careerstream does not exist. (UNKNOWN_DATABASE)"), fault.StoreSchema, "careerstream"},
		{server(16, "No such column `x` in table `t`. (NO_SUCH_COLUMN_IN_TABLE)"), fault.StoreSchema, "`x`"},
		{server(47, "x"), fault.StoreSchema, ""},
		{server(115, "x"), fault.StoreSchema, ""},
		{server(164, "x"), fault.StoreReadOnly, ""},
		{server(242, "x"), fault.StoreReadOnly, ""},
		{server(243, "x"), fault.StoreFull, ""},
		{server(75, "Cannot write to file: , errno: 28, strerror: No space left on device"), fault.StoreFull, ""},
		{server(75, "Cannot write to file: , errno: 5"), fault.Internal, ""},
		{server(201, "x"), fault.StoreQuota, ""},
		{server(241, "(total) memory limit exceeded: would use 2 GiB. (MEMORY_LIMIT_EXCEEDED)"), fault.StoreQuota, "would use 2 GiB"},
		{server(252, "x"), fault.StoreUnavailable, ""},
		{server(202, "x"), fault.StoreUnavailable, ""},
		{server(319, "x"), fault.StoreUnavailable, ""},
		{server(159, "x"), fault.Timeout, ""},
		{server(469, "Constraint `slug_given` for table careerstream.careers is violated at row 3. Expression: (slug != ''). Column values: slug = 'secret', name = 'secret'. (VIOLATED_CONSTRAINT)"), fault.RowRejected, "constraint slug_given"},
		{server(53, "Type mismatch for column taken_at. Value 'secret'"), fault.RowRejected, "column taken_at"},
		{server(27, "Cannot parse input: expected '}' before: 'secret'"), fault.RowRejected, ""},
		{server(6, "Cannot parse string 'secret' as UInt64"), fault.RowRejected, ""},
		{server(9999, "something new about 'secret' and secret"), fault.Internal, "9999"},
		{fmt.Errorf("send: %w", server(60, "x")), fault.StoreSchema, ""},
		{&ch.HTTPError{StatusCode: 401, Err: errors.New("secret body")}, fault.StoreDenied, "401"},
		{&ch.HTTPError{StatusCode: 403, Err: errors.New("secret body")}, fault.StoreDenied, ""},
		{&ch.HTTPError{StatusCode: 503, Err: errors.New("secret body")}, fault.StoreUnavailable, ""},
		{&ch.HTTPError{StatusCode: 404, Err: errors.New("secret body")}, fault.StoreUnavailable, ""},
		{&ch.HTTPError{StatusCode: 504, Err: errors.New("secret body")}, fault.Timeout, ""},
		{&ch.HTTPError{StatusCode: 413, Err: errors.New("secret body")}, fault.StoreQuota, ""},
		{&ch.HTTPError{StatusCode: 500, Err: server(241, "x")}, fault.StoreQuota, ""},
		{context.DeadlineExceeded, fault.Timeout, ""},
		{io.EOF, fault.StoreUnavailable, ""},
		{io.ErrUnexpectedEOF, fault.StoreUnavailable, ""},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, fault.StoreUnavailable, "refused"},
		{ch.ErrAcquireConnTimeout, fault.StoreUnavailable, ""},
		{fmt.Errorf("write: %w", syscall.ENOSPC), fault.StoreFull, ""},
		{&rowError{"size", &column.ColumnConverterError{Op: "Append", From: "string", To: "UInt64", Hint: "secret"}}, fault.RowRejected, "string does not fit UInt64"},
		{&rowError{"size", errors.New("secret is out of range")}, fault.RowRejected, "column size"},
		{&rowError{"size", &column.UnsupportedColumnTypeError{}}, fault.StoreSchema, "column size"},
		{fault.New(fault.StoreSchema, "known"), fault.StoreSchema, "known"},
	}
	for _, test := range tests {
		got := Classify(test.err)
		if kind := fault.KindOf(got); kind != test.want {
			t.Errorf("%v: kind %s, want %s", test.err, kind, test.want)
		}
		if !strings.Contains(got.Error(), test.text) || strings.Contains(got.Error(), "secret") {
			t.Errorf("%v: text %q, want %q and no value of a row", test.err, got, test.text)
		}
	}
	if Classify(nil) != nil {
		t.Error("nil is an error")
	}
	if err := Classify(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancellation became %v", err)
	}
}

// TestPausesAreNeverPoison: what an operator can mend must not cost a row.
func TestPausesAreNeverPoison(t *testing.T) {
	t.Parallel()
	for _, code := range []int32{16, 60, 81, 164, 192, 193, 194, 195, 201, 241, 242, 243, 291, 497, 516} {
		if class := fault.ClassOf(Classify(&ch.Exception{Code: code})); class != fault.Pause {
			t.Errorf("code %d is %s, want pause", code, class)
		}
	}
}

func TestQueryErrorsKeepTheMessage(t *testing.T) {
	t.Parallel()
	err := queryError(&ch.Exception{Code: 62, Message: "Syntax error: failed at position 8 ('FROMM'): FROMM x. (SYNTAX_ERROR) (version 26.7.2.1)"})
	if want := "run query: clickhouse 62 SYNTAX_ERROR: Syntax error: failed at position 8 ('FROMM'): FROMM x."; err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}
