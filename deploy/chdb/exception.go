package chdb

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
)

// Exception is an error of the engine, with ClickHouse's own number.
type Exception struct {
	// Code is the number in "Code: N.", 1001 when the text has none.
	Code int
	// Message is the whole text, "Code: N. DB::Exception: ... (NAME)".
	Message string
}

// Error gives the engine's text.
func (e *Exception) Error() string { return e.Message }

// Codes that this package answers by itself; the numbers are ClickHouse's.
const (
	codeUnexpectedEnd      = 3
	codeCannotReadAllData  = 33
	codeBadArguments       = 36
	codeChecksum           = 40
	codeNotImplemented     = 48
	codeSyntax             = 62
	codeUnknownDatabase    = 81
	codeUnknownCompression = 89
	codeUnknownSetting     = 115
	codeReadonly           = 164
	codeTooMany            = 202
	codeTooLargeQuery      = 229
	codeCannotDecompress   = 271
	codeCancelled          = 394
	codeAccessDenied       = 497
	codeAuth               = 516
	codeLibrary            = 1001
)

var (
	codeRE = regexp.MustCompile(`^(?:.*?)Code: (\d+)\.`)
	// The engine wraps some errors in themselves: "Code: 241. DB::Exception: Code: 241. DB::Exception: text".
	repeatRE = regexp.MustCompile(`^(Code: (\d+)\. DB::Exception: )(?:(?:Code: \d+\. )?DB::Exception: |Code: \d+\. DB::(?:\w+::)?Exception: )+`)
)

func newException(text string) *Exception {
	text = repeatRE.ReplaceAllString(text, "$1")
	code := codeLibrary
	if m := codeRE.FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			code = n
		}
	}
	return &Exception{Code: code, Message: text}
}

func exceptionf(code int, name, format string, args ...any) *Exception {
	return &Exception{Code: code, Message: fmt.Sprintf("Code: %d. DB::Exception: %s (%s)", code, fmt.Sprintf(format, args...), name)}
}

// httpStatus follows the server's exceptionCodeToHTTPStatus.
func httpStatus(code int) int {
	switch code {
	case 194:
		return http.StatusUnauthorized
	case 192, 193, codeAccessDenied, 512, codeAuth:
		return http.StatusForbidden
	case 6, 8, 15, 25, 26, 27, codeBadArguments, 37, 38, 41, 44, 53, codeSyntax, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676:
		return http.StatusBadRequest
	case 46, 47, 50, 56, 60, 63, 73, 78, 81, codeUnknownSetting, 152, 336, 511:
		return http.StatusNotFound
	case 159:
		return http.StatusRequestTimeout
	case 381:
		return http.StatusLengthRequired
	case codeTooLargeQuery:
		return http.StatusRequestEntityTooLarge
	case 779:
		return http.StatusUnsupportedMediaType
	case codeNotImplemented:
		return http.StatusNotImplemented
	case 76, 209, 439:
		return http.StatusServiceUnavailable
	// Parameters that are missing or unfit, and bodies that cannot be
	// decompressed, are the client's doing; the server says 500.
	case 456, 457, codeCannotDecompress, codeChecksum, codeUnknownCompression, codeCannotReadAllData:
		return http.StatusBadRequest
	case codeTooMany:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}
