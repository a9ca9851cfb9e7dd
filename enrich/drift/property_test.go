package drift

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"careerstream/schemas/career"
)

// TestHonestEditsPass draws edits as people make them, one a version: none is held.
func TestHonestEditsPass(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := known(t, rapid.IntRange(0, 60).Draw(t, "site"))
		before := record(rapid.IntRange(0, 59).Draw(t, "career"))
		after := clone(before)
		at := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "at") }
		switch rapid.IntRange(0, 8).Draw(t, "edit") {
		case 0: // a sentence reworded
			after.Definition.Paragraphs[at(2)] = paragraph(rapid.IntRange(2, 6).Draw(t, "sentences"))
		case 1:
			after.Duties = slices.Delete(after.Duties, 0, 1)
		case 2:
			after.Duties = append(after.Duties, career.Duty{ID: "new", Name: "New", Text: paragraph(at(5) + 1)})
		case 3:
			after.Duties[at(len(after.Duties))].Text = paragraph(1)
		case 4: // an optional section removed, or added
			if len(after.FAQs) > 0 {
				after.FAQs = nil
			} else {
				after.FAQs = []career.FAQ{{Question: "Why?", Answer: []string{paragraph(at(30) + 1)}}}
			}
		case 5:
			if len(after.FAQs) > 0 {
				after.FAQs = slices.Delete(after.FAQs, 0, 1)
			}
		case 6:
			after.Definition.Paragraphs = slices.Delete(after.Definition.Paragraphs, at(2), 1)[:1]
		case 7:
			after.Workplace.Paragraphs = append(after.Workplace.Paragraphs, paragraph(at(8)+1))
		case 8:
			after.Sections = append(after.Sections, career.Section{Heading: "Pay", Text: []string{paragraph(at(20) + 1)}})
		}
		if reasons, _ := g.Judge(&before, &after); len(reasons) > 0 {
			t.Fatalf("held: %v", reasons)
		}
	})
}

// TestLostPartsAreFound: whatever else an edit does, a required part that is gone is
// a reason.
func TestLostPartsAreFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := known(t, rapid.IntRange(20, 60).Draw(t, "site"))
		before := record(rapid.IntRange(0, 19).Draw(t, "career"))
		after := clone(before)
		part := rapid.SampledFrom([]string{"definition", "duties", "workplace"}).Draw(t, "part")
		switch part {
		case "definition":
			after.Definition.Paragraphs = nil
		case "duties":
			after.Duties = nil
		case "workplace":
			after.Workplace.Paragraphs = nil
		}
		after.Source.Template = rapid.SampledFrom([]string{"html:a", "html:b", ""}).Draw(t, "template")
		for i := range rapid.IntRange(0, 20).Draw(t, "more") { // what was lost may stand elsewhere
			after.Sections = append(after.Sections, career.Section{Heading: fmt.Sprint(i), Text: []string{paragraph(3)}})
		}
		reasons, _ := g.Judge(&before, &after)
		if len(reasons) == 0 || reasons[0].Rule != SectionLost || reasons[0].Field != part {
			t.Fatalf("%s lost: %v", part, reasons)
		}
	})
}
