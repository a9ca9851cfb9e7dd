package clickhouse_test

import (
	"regexp"
	"strings"
	"testing"

	"careerstream/schemas/clickhouse"
)

func TestMigrationsRender(t *testing.T) {
	t.Parallel()
	for _, target := range []clickhouse.Target{{}, {Name: "other"}, {Name: "other", Cluster: "prod-1"}} {
		steps, err := clickhouse.Migrations(target)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps {
			s := step.Statement
			name := target.Name
			if name == "" {
				name = "careerstream"
			}
			idempotent := strings.Contains(s, "IF NOT EXISTS `"+name+"`.") || strings.HasPrefix(s, "CREATE OR REPLACE VIEW `"+name+"`.")
			if !idempotent {
				t.Errorf("%s is not idempotent, or for another database:\n%s", step.Name, s)
			}
			if strings.Contains(s, "{{") || strings.Contains(s, "<no value>") || strings.HasSuffix(s, ";") {
				t.Errorf("%s is not one rendered statement", step.Name)
			}
			if cluster := strings.Contains(s, "ON CLUSTER `prod-1`"); cluster != (target.Cluster != "") {
				t.Errorf("%s: ON CLUSTER %v", step.Name, cluster)
			}
			if !strings.Contains(s, "COMMENT '") {
				t.Errorf("%s has no comment", step.Name)
			}
			// What a view computes from other tables has no message behind a row.
			if !strings.HasPrefix(s, "CREATE TABLE") || step.Name == "match_days" {
				continue
			}
			engine, window := "ENGINE = ReplacingMergeTree", " non_replicated_deduplication_window = 10000"
			if target.Cluster != "" {
				engine, window = "ENGINE = ReplicatedReplacingMergeTree", " replicated_deduplication_window = 10000"
			}
			for _, part := range []string{engine, window, "_stream ", "_seq "} {
				if !strings.Contains(s, part) {
					t.Errorf("%s lacks %q", step.Name, part)
				}
			}
		}
	}
}

func TestChecksumsAreThoseOfEveryTarget(t *testing.T) {
	t.Parallel()
	a, err := clickhouse.Migrations(clickhouse.Target{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := clickhouse.Migrations(clickhouse.Target{Name: "other", Cluster: "c"})
	if err != nil {
		t.Fatal(err)
	}
	sum := regexp.MustCompile(`^[0-9a-f]{64}$`)
	seen := make(map[string]bool)
	for i := range a {
		if a[i].Checksum != b[i].Checksum || !sum.MatchString(a[i].Checksum) || seen[a[i].Checksum] {
			t.Errorf("%s: checksums %s and %s", a[i].Name, a[i].Checksum, b[i].Checksum)
		}
		seen[a[i].Checksum] = true
	}
}

func TestBadNamesAreRefused(t *testing.T) {
	t.Parallel()
	for _, target := range []clickhouse.Target{{Name: "default"}, {Name: "System"}, {Name: "a b"}, {Name: "x`; DROP"}, {Name: "1a"}, {Cluster: "a`b"}} {
		if _, err := clickhouse.Migrations(target); err == nil {
			t.Errorf("%+v is taken", target)
		}
	}
}
