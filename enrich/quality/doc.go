// Package quality scores career records and says why.
//
// A score is the weighted mean of its parts, each from 0 to 1, rounded to three
// decimals as schemas/career has it. A part that cannot be judged (no clock
// given, no links, too little prose) has weight 0, and the others share its
// weight. A record without anything scores 0.
//
//	part          weight  is 1 where
//	completeness  0.40    every section is there
//	length        0.25    every section's size is within its bounds
//	freshness     0.15    the page was read or verified just now; 0 at the horizon
//	links         0.10    every relation and link leads somewhere
//	readability   0.10    Flesch's reading ease is 60 ("standard") or more
//
// Scores are functions of their input. A score that is published with a record
// and compared by content should be asked for without a clock: a part that moves
// every day would make a new version every day.
package quality
