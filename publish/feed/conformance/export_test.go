package conformance

// ReadUpTo is Read with a limit in bytes.
var ReadUpTo = read
