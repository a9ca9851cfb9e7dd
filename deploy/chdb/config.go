package chdb

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// Defaults of [Config].
const (
	DefaultDatabase      = "careerstream"
	DefaultUser          = "careerstream"
	DefaultReader        = "reader"
	DefaultMaxConcurrent = 16
	DefaultMaxWaiting    = 256
	DefaultMaxMemory     = 4 << 30
	DefaultMaxBody       = 4 << 30
	DefaultMaxQuery      = 16 << 20
	DefaultStopGrace     = 15 * time.Second
)

// Config says how the engine runs. The zero value of every field but Dir,
// Library and Logger is usable.
type Config struct {
	// Dir is the data directory; made if missing. One process at a time may hold it.
	Dir string
	// Library is the file that [EnsureLibrary] returned.
	Library string
	// Logger receives starts, stops and refused work.
	Logger *slog.Logger

	// Database is the Atomic database made at start and used by requests that
	// name none (default "careerstream"). ClickHouse's own "default" is a
	// directory overlay here and unfit for tables.
	Database string

	// User and Password may read and write over [Engine.Listen]; without a
	// password no port is opened. [Engine.Dialer] needs neither.
	User, Password string
	// Reader and ReaderPassword may only read; without a password nobody can
	// log in as the reader. Over Dialer the name alone makes a reader.
	Reader, ReaderPassword string

	// MaxConcurrent bounds statements running at once (default 16); each holds one thread.
	MaxConcurrent int
	// MaxWaiting bounds requests queued for their turn (default 256); more get Code 202.
	MaxWaiting int
	// MaxMemory caps the engine's own memory, in bytes (default 4 GiB); Code 241 above it.
	MaxMemory int64
	// MaxBody bounds a request body, in bytes before decompression (default 4 GiB).
	MaxBody int64
	// MaxQuery bounds a statement's text, in bytes, INSERT data not counted (default 16 MiB).
	MaxQuery int64
	// StopGrace bounds how long Close waits for running statements to end
	// after they were killed (default 15 s).
	StopGrace time.Duration
}

var databaseRE = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

func (c Config) withDefaults() (Config, error) {
	c.Database = cmp.Or(c.Database, DefaultDatabase)
	c.User = cmp.Or(c.User, DefaultUser)
	c.Reader = cmp.Or(c.Reader, DefaultReader)
	c.MaxConcurrent = cmp.Or(c.MaxConcurrent, DefaultMaxConcurrent)
	c.MaxWaiting = cmp.Or(c.MaxWaiting, DefaultMaxWaiting)
	c.MaxMemory = cmp.Or(c.MaxMemory, int64(DefaultMaxMemory))
	c.MaxBody = cmp.Or(c.MaxBody, int64(DefaultMaxBody))
	c.MaxQuery = cmp.Or(c.MaxQuery, int64(DefaultMaxQuery))
	c.StopGrace = cmp.Or(c.StopGrace, DefaultStopGrace)

	var errs []error
	if c.Dir == "" {
		errs = append(errs, errors.New("data directory is not set"))
	} else if abs, err := filepath.Abs(c.Dir); err != nil {
		errs = append(errs, fmt.Errorf("find data directory %q: %w", c.Dir, err))
	} else {
		c.Dir = abs
	}
	if c.Library == "" {
		errs = append(errs, errors.New("library is not set: call EnsureLibrary first"))
	}
	if c.Logger == nil {
		errs = append(errs, errors.New("logger is not set"))
	}
	if !databaseRE.MatchString(c.Database) {
		errs = append(errs, fmt.Errorf("database %q is not a plain identifier", c.Database))
	}
	if c.User == c.Reader {
		errs = append(errs, fmt.Errorf("user and reader are both %q", c.User))
	}
	if c.MaxConcurrent < 1 || c.MaxWaiting < 0 || c.MaxMemory < 256<<20 || c.MaxBody < 1 || c.MaxQuery < 1 || c.StopGrace < 0 {
		errs = append(errs, fmt.Errorf("limits out of range: concurrent %d (>= 1), waiting %d (>= 0), memory %d (>= 256 MiB), body %d (>= 1), query %d (>= 1), stop grace %s (>= 0)",
			c.MaxConcurrent, c.MaxWaiting, c.MaxMemory, c.MaxBody, c.MaxQuery, c.StopGrace))
	}
	if err := errors.Join(errs...); err != nil {
		return c, fmt.Errorf("configure embedded clickhouse: %w", err)
	}
	return c, nil
}

// backupDir is where BACKUP ... TO File('name.tar') may write, below the data directory.
func (c Config) backupDir() string { return filepath.Join(c.Dir, "backups") }

// minFree is the disk space below which inserts are refused with NOT_ENOUGH_SPACE,
// in bytes (64 MiB). On a disk without any the engine may take a part as written
// whose last file is empty: the insert succeeds, and the table cannot be read.
const minFree = 64 << 20

// writeEngineConfig writes DIR/config.xml. Without a file of its own the
// engine picks up a config.xml from the working directory or the user's home.
func (c Config) writeEngineConfig() (string, error) {
	if err := os.MkdirAll(c.backupDir(), 0o755); err != nil {
		return "", fmt.Errorf("make data directory: %w", err)
	}
	esc := func(s string) string {
		var b bytes.Buffer
		// Writing to a bytes.Buffer cannot fail.
		_ = xml.EscapeText(&b, []byte(s))
		return b.String()
	}
	// The engine's defaults suit a big server: 5 GiB caches, 90 % of the memory,
	// 128 threads that delete old parts, and 1 MiB for each column that a merge
	// writes, where our tables have dozens. On a terminal it would write into a
	// command's own output, of threads that end.
	text := fmt.Sprintf(`<clickhouse>
    <!-- Written at every start; edits are lost. -->
    <logger><console>0</console></logger>
    <max_server_memory_usage>%d</max_server_memory_usage>
    <max_server_memory_usage_to_ram_ratio>0.8</max_server_memory_usage_to_ram_ratio>
    <mark_cache_size>134217728</mark_cache_size>
    <index_mark_cache_size>67108864</index_mark_cache_size>
    <primary_index_cache_size>134217728</primary_index_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
    <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
    <query_cache><max_size_in_bytes>33554432</max_size_in_bytes></query_cache>
    <mmap_cache_size>64</mmap_cache_size>
    <compiled_expression_cache_size>16777216</compiled_expression_cache_size>
    <backups><allowed_path>%s</allowed_path></backups>
    <max_parts_cleaning_thread_pool_size>4</max_parts_cleaning_thread_pool_size>
    <merge_tree>
        <min_free_disk_bytes_to_perform_insert>%d</min_free_disk_bytes_to_perform_insert>
        <min_columns_to_activate_adaptive_write_buffer>1</min_columns_to_activate_adaptive_write_buffer>
    </merge_tree>
</clickhouse>
`, c.MaxMemory, esc(c.backupDir()), minFree)
	path := filepath.Join(c.Dir, "config.xml")
	tmp := path + ".tmp"
	if err := os.WriteFile(tmp, []byte(text), 0o644); err != nil {
		return "", fmt.Errorf("write engine configuration: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return "", fmt.Errorf("write engine configuration: %w", err)
	}
	return path, nil
}
