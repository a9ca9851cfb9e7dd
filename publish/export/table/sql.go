package table

import "strings"

// SQL selects the rows of the table as they were published, from the table of all
// versions, whose quoted name is versions. Its parameters are {last:UInt64}, the
// last sequence of the stream that is in,
// {until:String}, the last moment of publication or "", {site:String} and
// {status:String}, each "" for all.
func (t Table) SQL(versions string) string {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, c.sql+" AS `"+c.Name+"`")
	}
	return Latest(versions) + "\nSELECT " + strings.Join(columns, ", ") + "\nFROM " + t.source + "\nORDER BY " + t.order
}

// Order is the SQL of the order of the rows, over the table's own columns.
func (t Table) Order() string { return t.order }

// Latest is the common table expression c: one row a career, its latest version
// under the parameters of SQL. It reads the versions by their key.
func Latest(versions string) string {
	return `WITH c AS
(
    SELECT * FROM ` + versions + ` FINAL
    WHERE (slug, version) IN
    (
        SELECT slug, max(version) FROM ` + versions + `
        WHERE _seq <= {last:UInt64} AND ({until:String} = '' OR valid_from <= parseDateTime64BestEffortOrZero({until:String}, 3, 'UTC'))
        GROUP BY slug
    )
    AND ({site:String} = '' OR source_site = {site:String}) AND ({status:String} = '' OR status = {status:String})
)`
}
