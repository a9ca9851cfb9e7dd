package clickhouse

// Personal is a table that holds rows about one session.
type Personal struct {
	Table string
	// Session is the column with the opaque session.
	Session string
}

// PersonalTables lists every table that a session has to be erased from. Views
// and refreshable views need not be here: they are made anew of these tables.
func PersonalTables() []Personal {
	return []Personal{{QuizOutcomes, "session"}}
}
