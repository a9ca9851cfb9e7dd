package enrich

import (
	"fmt"
	"strings"
	"testing"

	"careerstream/enrich/fact"
	"careerstream/schemas/career"
)

// Each text, name, field and weight counts, and none runs into the next.
func TestMemoTellsTextsApart(t *testing.T) {
	t.Parallel()
	lists := [][]fact.Text{
		nil,
		{{}},
		{{}, {}},
		{{Text: "a"}},
		{{Field: "a"}},
		{{Weight: 1}},
		{{Weight: 0.8}},
		{{About: []string{"a"}}},
		{{About: []string{"a", ""}}},
		{{About: []string{"", "a"}}},
		{{Text: "ab"}},
		{{Field: "a", Text: "b"}},
		{{Text: "a"}, {Text: "b"}},
	}
	m := newMemo(maxMemo)
	for round := range 2 {
		for i, texts := range lists {
			label := fmt.Sprint(i)
			got := m.get(texts, func() []career.Fact {
				if round > 0 {
					t.Errorf("list %d is not remembered", i)
				}
				return []career.Fact{{Label: label}}
			})
			if got[0].Label != label {
				t.Errorf("list %d gets the facts of list %s", i, got[0].Label)
			}
		}
	}
}

// The memo keeps to its size, and keeps what is asked for.
func TestMemoIsBounded(t *testing.T) {
	t.Parallel()
	const size = 64 << 10
	m := newMemo(size)
	facts := []career.Fact{{Sentence: strings.Repeat("x", 1000)}}
	text := func(i int) []fact.Text { return []fact.Text{{Text: fmt.Sprint(i)}} }
	found := 0
	find := func() []career.Fact { found++; return facts }
	for i := range 1000 {
		m.get(text(i), find)
		m.get(text(0), func() []career.Fact { t.Error("what is asked for all the time is forgotten"); return facts })
		if kept := (len(m.young) + len(m.old)) * memoSize(facts); kept > size {
			t.Fatalf("%d bytes are kept, want at most %d", kept, size)
		}
	}
	if found != 1000 {
		t.Errorf("%d of 1000 texts were read", found)
	}
	m.get(text(1), find)
	if found != 1001 {
		t.Error("a text of long ago is still there: the bound does not bind")
	}
}
