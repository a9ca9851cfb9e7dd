//go:build linux || darwin

package chdb

import (
	"fmt"

	"github.com/ebitengine/purego"
)

// loadBinding opens the library and resolves the functions in use. Signal
// handlers are switched off here, before anything can connect: the engine
// would otherwise replace Go's own, and a nil dereference would hang the
// process rather than panic.
func loadBinding(path string) (*binding, error) {
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load %s (it needs the platform's usual C library, glibc on Linux): %w", path, err)
	}
	b := &binding{}
	for name, fn := range map[string]any{
		"chdb_set_signal_handlers_enabled": &b.setSignalHandlers,
		"chdb_connect":                     &b.connect,
		"chdb_close_conn":                  &b.closeConn,
		"chdb_query_with_params_n":         &b.query,
		"chdb_stream_query_with_params_n":  &b.streamQuery,
		"chdb_stream_fetch_result":         &b.streamFetch,
		"chdb_stream_cancel_query":         &b.streamCancel,
		"chdb_stream_insert_with_params_n": &b.insert,
		"chdb_stream_append":               &b.insertAppend,
		"chdb_stream_done":                 &b.insertDone,
		"chdb_stream_cancel_insert":        &b.insertCancel,
		"chdb_stream_insert_error":         &b.insertError,
		"chdb_destroy_insert_stream":       &b.destroyInsert,
		"chdb_classify_query_n":            &b.classify,
		"chdb_result_buffer":               &b.resultBuffer,
		"chdb_result_length":               &b.resultLength,
		"chdb_result_error":                &b.resultError,
		"chdb_result_rows_read":            &b.resultRows,
		"chdb_result_bytes_read":           &b.resultBytes,
		"chdb_result_storage_rows_read":    &b.storageRows,
		"chdb_result_storage_bytes_read":   &b.storageBytes,
		"chdb_result_rows_written":         &b.rowsWritten,
		"chdb_result_bytes_written":        &b.bytesWritten,
		"chdb_destroy_query_result":        &b.destroyResult,
	} {
		sym, err := purego.Dlsym(lib, name)
		if err != nil {
			return nil, fmt.Errorf("load %s: not a libchdb of version %s or later: %w", path, LibraryVersion, err)
		}
		purego.RegisterFunc(fn, sym)
	}
	b.setSignalHandlers(0)
	return b, nil
}
