package outcome

import "time"

// Fast is the quick reader alone: nil for what it does not take.
func (d *Reader) Fast(body []byte, now time.Time) *Row {
	if row := d.fast(body); row != nil && row.check(now) == nil {
		return row
	}
	return nil
}

// Slow is the slow reader alone.
func Slow(body []byte, now time.Time) (*Row, error) {
	fields, err := objectOf(body)
	if err != nil {
		return nil, err
	}
	return slow(fields, now)
}
