// Package chdb consumes a data directory and produces a ClickHouse that speaks
// ClickHouse's HTTP protocol: the engine is libchdb (ClickHouse as a shared
// library), loaded at run time without cgo.
//
// [EnsureLibrary] finds or fetches the library, [Open] starts the engine on a
// directory, [Engine.Dialer] gives clickhouse-go a door with no port, and
// [Engine.Listen] opens a loopback port for curl and dashboards. A process
// holds at most one engine, because the library keeps one engine a process.
//
// The door is small on purpose. It has no sessions, no external tables and no
// SQL users; production is any ClickHouse server, reached by its DSN.
package chdb
