package catalog

import "slices"

// Parts is a set of the parts of a record.
type Parts uint16

// partNames are the parts by bit.
var partNames = [...]string{
	"definition", "duties", "types", "workplace", "faqs", "comparisons", "see_also", "sections", "codes", "facts",
}

// PartNames lists every part by name, in the order of the record.
func PartNames() []string { return slices.Clone(partNames[:]) }

// PartOf returns the part of that name, and false where there is none.
func PartOf(name string) (Parts, bool) {
	i := slices.Index(partNames[:], name)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}

// Names lists the parts of the set, in the order of the record.
func (p Parts) Names() []string {
	names := make([]string, 0, len(partNames))
	for i, name := range partNames {
		if p&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}
