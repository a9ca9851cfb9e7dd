package similar

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// corpus makes careers in families that share duties, with the truth known: the
// careers of one family are similar, others are not.
type corpus struct {
	random *rand.Rand
	// perFamily careers are in each family.
	perFamily int
	families  []family
}

// family has duties of its own, made of words of its own, of words that it shares
// with two other families, and of everyday words.
type family struct {
	words  []string
	duties [][]string
}

// Everyday words and duties, which all families have.
var (
	everyday = strings.Fields("clients records reports team safety equipment data plans results schedules quality training " +
		"documents projects customers services staff information standards problems methods systems materials needs")
	verbs    = strings.Fields("review prepare monitor assess develop coordinate maintain explain inspect organise record check improve plan")
	everyone = []string{
		"Communicate with clients and colleagues about ongoing projects",
		"Keep accurate records and write reports for the team",
		"Attend meetings and training to improve professional skills",
		"Follow safety standards and check the quality of results",
		"Coordinate schedules with staff and customers",
	}
)

// newCorpus makes families for n careers.
func newCorpus(seed uint64, n, perFamily int) *corpus {
	c := &corpus{random: rand.New(rand.NewPCG(seed, 1)), perFamily: perFamily}
	count := (n + perFamily - 1) / perFamily
	for range count {
		c.families = append(c.families, family{words: c.words(30)})
	}
	for i := range c.families {
		f := &c.families[i]
		near := append(c.families[(i+1)%count].words[:6:6], c.families[(i+count-1)%count].words[6:12]...)
		for range 16 {
			duty := []string{c.pick(verbs)}
			for range 9 {
				switch p := c.random.IntN(10); {
				case p < 2:
					duty = append(duty, c.pick(f.words))
				case p < 5:
					duty = append(duty, c.pick(near))
				default:
					duty = append(duty, c.pick(everyday))
				}
			}
			f.duties = append(f.duties, duty)
		}
	}
	return c
}

// career number i; that of one number is another one each time (another version).
func (c *corpus) career(i int) Doc {
	f := c.families[i/c.perFamily]
	d := Doc{Slug: fmt.Sprintf("career-%05d", i), Name: strings.Join(c.words(1), "") + " specialist"}
	for _, n := range c.random.Perm(len(f.duties))[:3] {
		d.Duties = append(d.Duties, c.paraphrase(f.duties[n]))
	}
	for _, n := range c.random.Perm(len(everyone))[:4] {
		d.Duties = append(d.Duties, everyone[n])
	}
	own := c.words(12)
	d.Duties = append(d.Duties, strings.Join(own[:6], " and "), strings.Join(own[6:], " of the "))
	c.random.Shuffle(len(d.Duties), func(i, j int) { d.Duties[i], d.Duties[j] = d.Duties[j], d.Duties[i] })
	for range 4 {
		d.Types = append(d.Types, c.pick(own)+" specialist: "+c.paraphrase([]string{c.pick(everyday), c.pick(f.words), c.pick(everyday), c.pick(verbs)}))
	}
	var definition []string
	for range 40 {
		definition = append(definition, c.pick(everyday), c.pick(verbs))
	}
	definition = append(definition, c.pick(f.words), c.pick(f.words), c.pick(own))
	d.Definition = []string{strings.Join(definition, " ")}
	return d
}

// all are the careers 0 to n-1.
func (c *corpus) all(n int) []Doc {
	docs := make([]Doc, n)
	for i := range docs {
		docs[i] = c.career(i)
	}
	return docs
}

// paraphrase leaves out words, turns them and inflects them.
func (c *corpus) paraphrase(words []string) string {
	var kept []string
	for _, word := range words {
		switch p := c.random.IntN(10); {
		case p < 2:
			continue
		case p < 3 && !strings.HasSuffix(word, "s"):
			word += "s"
		case p < 4 && !strings.HasSuffix(word, "s"):
			word = strings.TrimSuffix(word, "e") + "ing"
		}
		kept = append(kept, word, c.pick([]string{"the", "of", "for", "and", "with"}))
	}
	if len(kept) > 4 && c.random.IntN(3) == 0 {
		kept[0], kept[2] = kept[2], kept[0]
	}
	return strings.Join(kept, " ")
}

// words makes up n words.
func (c *corpus) words(n int) []string {
	made := make([]string, n)
	for i := range made {
		for range 3 + c.random.IntN(2) {
			made[i] += string("bdfgklmnprtvz"[c.random.IntN(13)]) + string("aiou"[c.random.IntN(4)])
		}
		made[i] += string("klmnrt"[c.random.IntN(6)])
	}
	return made
}

func (c *corpus) pick(words []string) string { return words[c.random.IntN(len(words))] }

// precision is the share of the top k of careers 0 to n-1 that are of the same
// family; a place left empty is a miss.
func (c *corpus) precision(n, k int, top func(i int) []int) float64 {
	good := 0
	for i := range n {
		for _, other := range top(i) {
			if other/c.perFamily == i/c.perFamily {
				good++
			}
		}
	}
	return float64(good) / float64(n*k)
}

// number of a career by its slug.
func number(t testing.TB, slug string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscanf(slug, "career-%d", &n); err != nil {
		t.Fatalf("slug %q: %v", slug, err)
	}
	return n
}

func newIndex(t testing.TB, cfg Config) *Index {
	t.Helper()
	x, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func load(t testing.TB, x *Index, docs []Doc) {
	t.Helper()
	if err := x.Load(docs); err != nil {
		t.Fatal(err)
	}
}
