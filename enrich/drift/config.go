package drift

import (
	"cmp"
	"errors"
	"fmt"
)

// Config holds the thresholds; a zero one takes its default.
type Config struct {
	// MinRecords is how many records of a site have to have been published before
	// the site counts as known; default 20.
	MinRecords int `json:"min_records"`
	// RequiredShare of a site's records have a field that no record may lose;
	// default 0.95, over 0.5, at most 1.
	RequiredShare float64 `json:"required_share"`
	// ShrinkTo is the share of the count or length before under which a field is
	// looked at; default 0.5. ShrinkAlone is that where the site is not known yet;
	// default 0.25. Both are between 0 and 1.
	ShrinkTo    float64 `json:"shrink_to"`
	ShrinkAlone float64 `json:"shrink_alone"`
	// Tail of a site's records may be as small as one that passes; default 0.02,
	// between 0 and 0.5.
	Tail float64 `json:"tail"`
	// GrowTo is how many times the count or length before is too much; default 4,
	// over 1.
	GrowTo float64 `json:"grow_to"`
	// CollapseTo is the share of all text under which a record has collapsed;
	// default 0.4, between 0 and 1.
	CollapseTo float64 `json:"collapse_to"`
	// TemplateTo is the share of all text that a record keeps at least when its
	// page's template changes; default 0.75, between 0 and 1.
	TemplateTo float64 `json:"template_to"`
}

func (c Config) withDefaults() Config {
	c.MinRecords = cmp.Or(c.MinRecords, 20)
	c.RequiredShare = cmp.Or(c.RequiredShare, 0.95)
	c.ShrinkTo = cmp.Or(c.ShrinkTo, 0.5)
	c.ShrinkAlone = cmp.Or(c.ShrinkAlone, 0.25)
	c.Tail = cmp.Or(c.Tail, 0.02)
	c.GrowTo = cmp.Or(c.GrowTo, 4)
	c.CollapseTo = cmp.Or(c.CollapseTo, 0.4)
	c.TemplateTo = cmp.Or(c.TemplateTo, 0.75)
	return c
}

func (c Config) check() error {
	var errs []error
	within := func(name string, v, low, high float64) {
		if !(v > low && v <= high) { // NaN is not within either
			errs = append(errs, fmt.Errorf("%s %v: want over %v, up to %v", name, v, low, high))
		}
	}
	if c.MinRecords < 2 {
		errs = append(errs, fmt.Errorf("min_records %d: want 2 or more", c.MinRecords))
	}
	within("required_share", c.RequiredShare, 0.5, 1)
	within("shrink_to", c.ShrinkTo, 0, 1)
	within("shrink_alone", c.ShrinkAlone, 0, 1)
	within("tail", c.Tail, 0, 0.5)
	within("grow_to", c.GrowTo, 1, 1000)
	within("collapse_to", c.CollapseTo, 0, 1)
	within("template_to", c.TemplateTo, 0, 1)
	return errors.Join(errs...)
}
