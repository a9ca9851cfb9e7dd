package main

import (
	"log/slog"
	"os"
	"time"

	"github.com/alecthomas/kong"
	"github.com/lmittmann/tint"

	"careerstream/deploy/datadir"
)

// globals are the flags of every command.
type globals struct {
	Config kong.ConfigFlag `help:"Read flags from a JSON file." placeholder:"FILE"`
	Data   string          `help:"Data directory of the embedded engines (default: ${dataDefault})." env:"CAREERSTREAM_DATA" placeholder:"DIR" type:"path"`

	NATS     string `name:"nats" help:"Use this NATS server instead of the embedded one, such as nats://user:pass@host:4222." env:"CAREERSTREAM_NATS" placeholder:"URL" group:"Engines:"`
	Replicas int    `help:"Replicas of every stream on a NATS cluster." default:"1" env:"CAREERSTREAM_REPLICAS" group:"Engines:"`
	Sync     string `help:"When the embedded broker syncs to disk: every 250ms, or always." enum:"250ms,always" default:"250ms" env:"CAREERSTREAM_SYNC" group:"Engines:"`

	ClickHouse string `name:"clickhouse" help:"Use this ClickHouse server instead of the embedded engine, such as clickhouse://user:pass@host:9000 or http://host:8123." env:"CAREERSTREAM_CLICKHOUSE" placeholder:"DSN" group:"Engines:"`
	Database   string `help:"ClickHouse database." default:"careerstream" env:"CAREERSTREAM_DATABASE" group:"Engines:"`
	Cluster    string `help:"ClickHouse cluster for replicated tables." env:"CAREERSTREAM_CLUSTER" placeholder:"NAME" group:"Engines:"`

	JSON      bool   `name:"json" help:"Print JSON for machines." group:"Output:"`
	LogLevel  string `help:"Log level: ${enum}; auto is info for up and warn for the rest." enum:"auto,debug,info,warn,error" default:"auto" env:"CAREERSTREAM_LOG_LEVEL" group:"Output:"`
	LogFormat string `help:"Log format: ${enum}; auto is text on a terminal." enum:"auto,text,json" default:"auto" env:"CAREERSTREAM_LOG_FORMAT" group:"Output:"`
}

func defaultDataForHelp() string {
	dir, err := datadir.Default()
	if err != nil {
		return "none: this user has no home"
	}
	return string(dir)
}

// dataDir is the directory that --data names, or the user's.
func (g globals) dataDir() (datadir.Dir, error) {
	if g.Data != "" {
		return datadir.Dir(g.Data), nil
	}
	return datadir.Default()
}

func (g globals) logger(file *os.File, command string) *slog.Logger {
	level := slog.LevelWarn
	if g.LogLevel != "auto" {
		_ = level.UnmarshalText([]byte(g.LogLevel)) // the enum allows only valid levels
	} else if command == "up" {
		level = slog.LevelInfo
	}
	if g.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(tint.NewTextHandler(file, &tint.Options{
		Level: level, TimeFormat: time.TimeOnly, NoColor: !isTerminal(file) || os.Getenv("NO_COLOR") != "",
	}))
}
