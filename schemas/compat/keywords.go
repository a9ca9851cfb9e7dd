package compat

import (
	"fmt"
	"math/big"
	"slices"
)

// bound is a limit of numbers; nil is none.
type bound struct {
	at   *big.Rat
	open bool
}

// limit returns the lower (sign 1) or upper (sign -1) bound of a conjunction.
func limit(c conjunction, inclusive, exclusive string, sign int, integers bool) *bound {
	in, ex := c.tightest(inclusive, sign), c.tightest(exclusive, sign)
	var b *bound
	switch {
	case in == nil && ex == nil:
		return nil
	case in == nil || (ex != nil && ex.Cmp(in) != -sign):
		b = &bound{ex, true}
	default:
		b = &bound{in, false}
	}
	if integers {
		b = b.whole(sign)
	}
	return b
}

// whole moves a bound to the next integer that it allows.
func (b *bound) whole(sign int) *bound {
	floor := new(big.Int).Div(b.at.Num(), b.at.Denom()) // Euclidean; the denominator is positive
	at := new(big.Rat).SetInt(floor)
	if sign > 0 && !b.at.IsInt() {
		at.Add(at, big.NewRat(1, 1))
	}
	if b.open && b.at.IsInt() {
		at.Add(at, big.NewRat(int64(sign), 1))
	}
	return &bound{at, false}
}

// within tells whether everything within w is within r.
func (b *bound) within(r *bound, sign int) bool {
	if r == nil {
		return true
	}
	if b == nil {
		return false
	}
	if order := b.at.Cmp(r.at); order != 0 {
		return order == sign
	}
	return b.open || !r.open
}

func (c *checker) numbers(w conjunction, r node, path []step) {
	integers := w.kinds()&kindNumber == 0
	for _, side := range []struct {
		inclusive, exclusive string
		sign                 int
	}{{"minimum", "exclusiveMinimum", 1}, {"maximum", "exclusiveMaximum", -1}} {
		mine := limit(w, side.inclusive, side.exclusive, side.sign, integers)
		theirs := limit(conjunction{r}, side.inclusive, side.exclusive, side.sign, integers)
		if !mine.within(theirs, side.sign) {
			c.report(w, r, path, fmt.Sprintf("the reader has %s %s, the writer %s", side.inclusive, theirs, mine))
		}
	}
}

func (b *bound) String() string {
	if b == nil {
		return "none"
	}
	text := b.at.RatString()
	if f, exact := b.at.Float64(); exact {
		text = fmt.Sprint(f)
	}
	if b.open {
		return text + " (exclusive)"
	}
	return text
}

// counts compares bounds of lengths; least and most are what the writer keeps to
// by other means, most being nil when nothing else bounds it.
func (c *checker) counts(w conjunction, r node, path []step, lower, upper string, least int64, most *big.Rat) {
	mine := big.NewRat(least, 1)
	if stated := w.tightest(lower, 1); stated != nil && stated.Cmp(mine) > 0 {
		mine = stated
	}
	if theirs := r.number(lower); theirs != nil && mine.Cmp(theirs) < 0 {
		c.report(w, r, path, fmt.Sprintf("the reader has %s %s, the writer %s", lower, theirs.RatString(), mine.RatString()))
	}
	limit := w.tightest(upper, -1)
	if limit == nil || (most != nil && most.Cmp(limit) < 0) {
		limit = most
	}
	if theirs := r.number(upper); theirs != nil && (limit == nil || limit.Cmp(theirs) > 0) {
		c.report(w, r, path, fmt.Sprintf("the reader has %s %s, the writer %s", upper, theirs.RatString(), ratText(limit)))
	}
}

func ratText(r *big.Rat) string {
	if r == nil {
		return "none"
	}
	return r.RatString()
}

func (c *checker) texts(w conjunction, r node, path []step) {
	c.counts(w, r, path, "minLength", "maxLength", 0, nil)
	for _, keyword := range []string{"pattern", "format"} {
		wanted, ok := r.keywords[keyword].(string)
		if ok && !slices.ContainsFunc(w, func(n node) bool { return n.keywords[keyword] == wanted }) {
			c.report(w, r, path, fmt.Sprintf("the reader has %s %q, which the writer has not", keyword, wanted))
		}
	}
}

func (c *checker) arrays(w conjunction, r node, path []step) {
	c.counts(w, r, path, "minItems", "maxItems", 0, nil)
	most := w.tightest("maxItems", -1)
	if r.keywords["uniqueItems"] == true && (most == nil || most.Cmp(big.NewRat(1, 1)) > 0) &&
		!slices.ContainsFunc(w, func(n node) bool { return n.keywords["uniqueItems"] == true }) {
		c.report(w, r, path, "the reader wants the items to differ")
	}
	items, ok := r.keywords["items"]
	if ok && (most == nil || most.Sign() > 0) {
		c.all(c.writer.items(w), c.reader.at(r, items, "items"), append(slices.Clone(path), step{kind: toItems}))
	}
}

func (c *checker) objects(w conjunction, r node, path []step) {
	required, writes := w.required(), c.writer.writes(w)
	for _, name := range r.strings("required") {
		if !required[name] {
			c.report(w, r, path, fmt.Sprintf("the reader requires %q, which the writer may leave out", name))
		}
	}
	var most *big.Rat
	if !writes.open {
		most = big.NewRat(int64(len(writes.names)), 1)
	}
	c.counts(w, r, path, "minProperties", "maxProperties", int64(len(required)), most)
	c.names(w, r, path, writes)
	properties, _ := r.keywords["properties"].(map[string]any)
	additional, stated := r.keywords["additionalProperties"]
	further := c.reader.at(r, additional, "additionalProperties")
	for _, name := range writes.names {
		value, below := c.writer.property(w, name), append(slices.Clone(path), step{name: name})
		if schema, ok := properties[name]; ok {
			c.all(value, c.reader.at(r, schema, "properties", name), below)
		} else if stated {
			c.all(value, further, below)
		}
	}
	if !writes.open {
		return
	}
	for name, schema := range properties {
		if !slices.Contains(writes.names, name) {
			c.all(writes.rest, c.reader.at(r, schema, "properties", name), append(slices.Clone(path), step{name: name}))
		}
	}
	if stated {
		c.all(writes.rest, further, append(slices.Clone(path), step{kind: toRest}))
	}
}

// names compares propertyNames.
func (c *checker) names(w conjunction, r node, path []step, writes writes) {
	schema, ok := r.keywords["propertyNames"]
	if !ok {
		return
	}
	wanted := c.reader.at(r, schema, "propertyNames")
	for _, name := range writes.names {
		if !c.reader.valid(wanted, name) {
			c.report(w, r, path, fmt.Sprintf("the reader takes no property called %q", name))
		}
	}
	if writes.open && !slices.ContainsFunc(w, func(n node) bool { return c.sameGroup(n, r, []string{"propertyNames"}) }) {
		c.report(w, r, path, `"propertyNames" changed, which is compared only as a whole`)
	}
}
