// Package report consumes the match views of ClickHouse, produces reports for
// analysts: typed, and as a table, CSV, JSON or one self-contained HTML page.
//
// Every number is defined once, by the view that it comes from; see the views'
// comments. What a report adds is the choice of period and careers.
package report
