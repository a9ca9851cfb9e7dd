package main

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{}

// Help is shown below the flags.
func (versionCmd) Help() string { return "Example: careerstream version --json" }

// Run prints the version of the program and of its engines' libraries.
func (versionCmd) Run(p *program) error {
	info := map[string]string{"careerstream": "(unknown)"}
	if build, ok := debug.ReadBuildInfo(); ok {
		info["careerstream"] = build.Main.Version
		info["go"] = build.GoVersion
		for _, setting := range build.Settings {
			if setting.Key == "vcs.revision" {
				info["revision"] = setting.Value
			}
		}
		for _, dep := range build.Deps {
			switch dep.Path {
			case "github.com/nats-io/nats-server/v2":
				info["nats-server"] = dep.Version
			case "github.com/ClickHouse/clickhouse-go/v2":
				info["clickhouse-go"] = dep.Version
			}
		}
	}
	if p.JSON {
		return printJSON(p.stdout, info)
	}
	for _, name := range []string{"careerstream", "revision", "go", "nats-server", "clickhouse-go"} {
		if value, ok := info[name]; ok {
			if _, err := fmt.Fprintf(p.stdout, "%-14s %s\n", name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// version is the program's own, "devel" where it was not built from a release.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok || build.Main.Version == "" || build.Main.Version == "(devel)" {
		return "devel"
	}
	return build.Main.Version
}
