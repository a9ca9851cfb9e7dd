// Package drift judges whether a new version of a record looks damaged beside the
// one that is published: a site's redesign empties records without any error.
//
// It learns from good records alone. A [Guard] is fed with the published stream
// and the stream of held records, both from their first message on and in order;
// what it knows is the presence, count and length of each field in the latest
// version of every living career, by site, and what people have released. It is a
// function of the two streams' positions and keeps nothing else; about 300 bytes a
// career.
//
// # Rules
//
//	section-lost     a field is empty that the version before has, and that at
//	                 least RequiredShare of the site's records have (of MinRecords
//	                 or more); definition and duties always
//	collapse         all text together is less than CollapseTo of that before
//	template-poorer  the page's template changed, and there are fewer fields than
//	                 before, or less than TemplateTo of the text
//	count-low        a list has shrunk below ShrinkTo of that before, and below what
//	                 all but Tail of the site's records have
//	length-low       the same of a field's text, where no item or two were taken out
//	count-high       a list is more than GrowTo times that before, and more than
//	                 twice the longest of the site
//	length-high      the same of a field's text
//
// While a site has fewer than MinRecords records there is no spread to compare
// with: then a list or a text has to shrink below ShrinkAlone, and nothing grows
// too much. The parts of a field count as fields of their own ("duties.name": how
// many duties have a name) while the field itself is there.
//
// What people edit passes: a sentence reworded, an item more or less, an optional
// part added or removed under the same template. A career's first version is never
// judged. A finding that a person has released once, by rule and field, is no
// finding again for that template of the site.
package drift
