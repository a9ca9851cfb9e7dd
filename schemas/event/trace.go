package event

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// NewTrace starts a trace for the event with the given id: a W3C traceparent
// (https://www.w3.org/TR/trace-context/) whose trace and span ids are derived
// from it, so that a repeat of the event continues the same trace.
func NewTrace(id string) string {
	sum := sha256.Sum256([]byte("trace:" + id))
	return "00-" + hex.EncodeToString(sum[:16]) + "-" + spanID(id) + "-01"
}

// ChildTrace continues parent with a span derived from id; a parent that is no
// valid traceparent starts a new trace.
func ChildTrace(parent, id string) string {
	trace := TraceID(parent)
	if trace == "" {
		return NewTrace(id)
	}
	return "00-" + trace + "-" + spanID(id) + "-01"
}

// TraceID returns the 32 hex digits of the trace, or "" when parent is no
// valid traceparent of version 00.
func TraceID(parent string) string {
	parts := strings.Split(parent, "-")
	if len(parts) != 4 || parts[0] != "00" || len(parts[1]) != 32 || len(parts[2]) != 16 {
		return ""
	}
	if strings.Trim(parts[1], "0123456789abcdef") != "" || strings.Trim(parts[1], "0") == "" {
		return ""
	}
	return parts[1]
}

func spanID(id string) string {
	sum := sha256.Sum256([]byte("span:" + id))
	return hex.EncodeToString(sum[:8])
}
