// Package clickhouse holds the ClickHouse tables and views as forward-only
// migrations, for one server or a cluster, and any database name.
//
// Every statement is idempotent and stands in a file of its own, so that two
// processes that migrate at once, or one that dies half way, do no harm. A
// released file is never edited: a change is a new file.
package clickhouse

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// DefaultDatabase is the database where nothing else is said.
const DefaultDatabase = "careerstream"

// DedupWindow is the number of insert tokens that every table remembers.
const DedupWindow = 10_000

// dedupSeconds is how long a replicated table remembers a token: 30 days, so
// that a sink may be paused for that long. ClickHouse's own default is an hour.
const dedupSeconds = 30 * 24 * 3600

// Names of the tables. What reads them may join the views besides.
const (
	CareerVersions   = "career_versions"
	Careers          = "careers"
	PageFetches      = "page_fetches"
	PageChecks       = "page_checks"
	PageReadings     = "page_readings"
	IngestRuns       = "ingest_runs"
	HeldRecords      = "held_records"
	DriftEvents      = "drift_events"
	DeadLetterEvents = "dead_letter_events"
	IngestLedger     = "ingest_ledger"
	QuizOutcomes     = "quiz_outcomes"
	// SchemaMigrations records which migrations a database has.
	SchemaMigrations = "schema_migrations"
)

//go:embed migrations/*.sql migrations/_record_columns.sql
var files embed.FS

// Target says where the tables are to be.
type Target struct {
	// Name of the database; DefaultDatabase when empty. It is an identifier
	// of ASCII letters, digits and "_", and none of ClickHouse's own.
	Name string
	// Cluster, when set, is the name of a cluster as in system.clusters: one
	// shard of any number of replicas. Statements then run ON CLUSTER with
	// Replicated engines.
	Cluster string
}

// Migration is one step.
type Migration struct {
	// Version rises; it may leave numbers out.
	Version uint32
	// Name is the file's name without number and suffix.
	Name string
	// Checksum is the SHA-256 of the statement for the default target, hex. It
	// is the same for every database, and changes when a released file is edited.
	Checksum string
	// Statement is one idempotent statement.
	Statement string
}

var (
	identifier  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}$`)
	clusterName = regexp.MustCompile(`^[A-Za-z0-9_.{}-]{1,120}$`)
)

// Check fails when the names cannot be used.
func (t Target) Check() error {
	var errs []error
	name := cmp.Or(t.Name, DefaultDatabase)
	if !identifier.MatchString(name) {
		errs = append(errs, fmt.Errorf("database %q: want ASCII letters, digits and _, not starting with a digit", name))
	}
	if slices.Contains([]string{"default", "system", "information_schema"}, strings.ToLower(name)) {
		errs = append(errs, fmt.Errorf("database %q belongs to ClickHouse: name another one", name))
	}
	if t.Cluster != "" && !clusterName.MatchString(t.Cluster) {
		errs = append(errs, fmt.Errorf("cluster %q: want a name as in system.clusters", t.Cluster))
	}
	return errors.Join(errs...)
}

// Database is the quoted name of the database.
func (t Target) Database() string { return "`" + cmp.Or(t.Name, DefaultDatabase) + "`" }

// Table is the quoted full name of a table.
func (t Target) Table(name string) string { return t.Database() + ".`" + name + "`" }

// OnCluster is the ON CLUSTER clause with a space before it, or "".
func (t Target) OnCluster() string {
	if t.Cluster == "" {
		return ""
	}
	return " ON CLUSTER `" + t.Cluster + "`"
}

// Replacing is the engine that keeps the row with the highest version of each
// identity.
func (t Target) Replacing(version string) string {
	if t.Cluster == "" {
		return "ReplacingMergeTree(" + version + ")"
	}
	// Without a path the server's default_replica_path applies, which holds
	// the table's UUID, so that a dropped and re-created table starts clean.
	return "ReplicatedReplacingMergeTree(" + version + ")"
}

// Appending is the engine that keeps every row.
func (t Target) Appending() string {
	if t.Cluster == "" {
		return "MergeTree"
	}
	return "ReplicatedMergeTree"
}

// Window is the setting that makes a table remember insert tokens.
func (t Target) Window() string {
	if t.Cluster == "" {
		return "non_replicated_deduplication_window = " + strconv.Itoa(DedupWindow)
	}
	return fmt.Sprintf("replicated_deduplication_window = %d, replicated_deduplication_window_seconds = %d", DedupWindow, dedupSeconds)
}

// CreateDatabase is the statement that comes before the migrations.
func (t Target) CreateDatabase() string {
	return "CREATE DATABASE IF NOT EXISTS " + t.Database() + t.OnCluster() + " ENGINE = Atomic"
}

// CreateSchemaMigrations makes the table that records the migrations.
func (t Target) CreateSchemaMigrations() string {
	return "CREATE TABLE IF NOT EXISTS " + t.Table(SchemaMigrations) + t.OnCluster() + ` (
    version UInt32 COMMENT 'Number of the migration',
    name String COMMENT 'Name of the migration',
    checksum String COMMENT 'SHA-256 of its statement for the default target, hex',
    applied_at DateTime64(3, 'UTC') COMMENT 'When it was applied'
) ENGINE = ` + t.Replacing("applied_at") + " ORDER BY version SETTINGS " + t.Window() + " COMMENT 'Migrations that this database has'"
}

// Migrations returns every step for the target, in order.
func Migrations(t Target) ([]Migration, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	partial, err := files.ReadFile("migrations/_record_columns.sql")
	if err != nil {
		return nil, fmt.Errorf("read migration: %w", err)
	}
	paths, err := fs.Glob(files, "migrations/[0-9]*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	steps := make([]Migration, 0, len(paths))
	for i, path := range paths {
		number, name, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(path, "migrations/"), ".sql"), "_")
		version, err := strconv.ParseUint(number, 10, 32)
		if err != nil || i > 0 && version <= uint64(steps[i-1].Version) {
			return nil, fmt.Errorf("migration %s: want a number of its own", path)
		}
		text, err := files.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		tmpl, err := template.New(path).Parse(string(partial) + string(text))
		if err != nil {
			return nil, fmt.Errorf("parse migration: %w", err)
		}
		statement, err := render(tmpl, t)
		if err != nil {
			return nil, err
		}
		standard, err := render(tmpl, Target{})
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256([]byte(standard))
		steps = append(steps, Migration{uint32(version), name, hex.EncodeToString(sum[:]), statement})
	}
	return steps, nil
}

func render(tmpl *template.Template, t Target) (string, error) {
	var buf bytes.Buffer
	if err := tmpl.Execute(&buf, t); err != nil {
		return "", fmt.Errorf("render migration: %w", err)
	}
	return strings.TrimSpace(buf.String()), nil
}
