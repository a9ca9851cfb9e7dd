package schemas_test

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/schemas/career"
	"careerstream/schemas/clickhouse"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/page"
)

// elsewhere are fields that a table holds in another form.
var elsewhere = map[string]string{
	"faqs.comparison": "comparisons.question and its neighbours",
	"faqs.article":    "career_articles, from record",
	"codes":           "career_codes, from record",
	"facts":           "career_facts, from record",
	"quality.parts":   "career_quality, from record",
	"aliases":         "career_aliases, from record",
	"retired":         "status, and career_aliases",
	"relations":       "career_relations, from record",
	"basis":           "basis_snapshot and basis_catalog",
	"listed":          "page_readings, for those that hold no career",
}

// TestTablesHoldEveryField walks the Go types of what is stored and looks for a
// column for each field, and for a comment on each column.
func TestTablesHoldEveryField(t *testing.T) {
	t.Parallel()
	migrations, err := clickhouse.Migrations(clickhouse.Target{Name: "careerstream"})
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	create := regexp.MustCompile("(?s)CREATE TABLE IF NOT EXISTS \\S*?\\.`?(\\w+)`?.*?\\((.*)\\)\\s*ENGINE")
	column := regexp.MustCompile("(?m)^\\s*`?([A-Za-z_][A-Za-z0-9_.]*)`? .*$")
	altered := regexp.MustCompile("^ALTER TABLE \\S*?\\.`?(\\w+)`?")
	added := regexp.MustCompile("(?m)^\\s*ADD COLUMN IF NOT EXISTS `?([A-Za-z_][A-Za-z0-9_.]*)`? .*$")
	for _, m := range migrations {
		for _, line := range added.FindAllStringSubmatch(m.Statement, -1) {
			table := altered.FindStringSubmatch(m.Statement)[1]
			columns[table] = append(columns[table], line[1])
			if !strings.Contains(line[0], "COMMENT '") {
				t.Errorf("%s.%s has no comment", table, line[1])
			}
		}
		found := create.FindStringSubmatch(m.Statement)
		if found == nil {
			continue
		}
		for _, line := range column.FindAllStringSubmatch(found[2], -1) {
			if line[1] == "CONSTRAINT" || line[1] == "INDEX" {
				continue
			}
			columns[found[1]] = append(columns[found[1]], line[1])
			if !strings.Contains(line[0], "COMMENT '") {
				t.Errorf("%s.%s has no comment", found[1], line[1])
			}
		}
	}
	for table, typ := range map[string]reflect.Type{
		clickhouse.Careers: reflect.TypeFor[career.Record](), clickhouse.CareerVersions: reflect.TypeFor[career.Record](),
		clickhouse.PageFetches: reflect.TypeFor[page.Snapshot](), clickhouse.DeadLetterEvents: reflect.TypeFor[deadletter.Letter](),
		clickhouse.PageChecks: reflect.TypeFor[page.Check](), clickhouse.IngestRuns: reflect.TypeFor[page.Run](),
		clickhouse.PageReadings: reflect.TypeFor[page.Reading](),
		clickhouse.HeldRecords:  reflect.TypeFor[career.Held](), clickhouse.DriftEvents: reflect.TypeFor[career.Drift](),
	} {
		have := columns[table]
		if len(have) == 0 {
			t.Errorf("found no table %s", table)
			continue
		}
		for _, field := range fields(typ, "", table == clickhouse.Careers || table == clickhouse.CareerVersions) {
			if slices.ContainsFunc(slices.Collect(maps.Keys(elsewhere)), func(e string) bool { return field == e || strings.HasPrefix(field, e+".") }) {
				continue
			}
			if !slices.Contains(have, field) && !slices.Contains(have, strings.ReplaceAll(field, ".", "_")) {
				t.Errorf("table %s has no column for %s", table, field)
			}
		}
		for _, own := range []string{"_stream", "_seq"} {
			if !slices.Contains(have, own) {
				t.Errorf("table %s has no %s", table, own)
			}
		}
	}
}

// fields lists the JSON paths of a struct; lists of structs give one path a
// field of the item.
func fields(typ reflect.Type, prefix string, deep bool) []string {
	var paths []string
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		path, inner := prefix+name, typ.Field(i).Type
		if inner.Kind() == reflect.Slice && inner.Elem().Kind() == reflect.Struct {
			inner = inner.Elem()
		}
		if deep && inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			paths = append(paths, fields(inner, path+".", deep)...)
			continue
		}
		paths = append(paths, path)
	}
	return paths
}
