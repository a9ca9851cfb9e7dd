package normalize

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	f := os.Getenv("F")
	if f == "" {
		t.Skip("F")
	}
	p, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(f)
	mt := "text/html"
	if strings.HasSuffix(f, ".txt") {
		mt = "text/plain"
	}
	r, err := p.Parse(Input{Body: b, MediaType: mt, URL: os.Getenv("U")})
	if err != nil {
		fmt.Println("ERR", err)
		return
	}
	j, _ := json.MarshalIndent(r, "", " ")
	fmt.Println(string(j))
}
func TestZE(t *testing.T) {
	p, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []string{"A", "B"} {
		var m map[string]map[string]any
		d, _ := os.ReadFile("../deploy/sample/EXPECTED-" + e + ".json")
		json.Unmarshal(d, &m)
		for slug, x := range m {
			f := "../deploy/sample/site/careers/" + x["file"].(string)
			b, _ := os.ReadFile(f)
			mt := ""
			if filepath.Ext(f) == ".txt" {
				mt = "text/plain"
			}
			r, err := p.Parse(Input{Body: b, MediaType: mt, URL: "https://careers.example/careers/" + slug + "/"})
			if err != nil {
				fmt.Println(slug, "ERR", err)
				continue
			}
			var bad []string
			ck := func(k string, got int) {
				if w, ok := x[k].(float64); ok && int(w) != got {
					bad = append(bad, fmt.Sprintf("%s %d want %d", k, got, int(w)))
				}
			}
			if r.Slug != slug || r.Name != x["name"] || r.Plural != x["plural"] {
				bad = append(bad, r.Slug+"|"+r.Name+"|"+r.Plural)
			}
			nd, na, qa, co := 0, 0, 0, 0
			for _, d := range r.Duties {
				if d.Name != "" {
					nd++
				}
			}
			for _, d := range r.Types {
				if d.Abbreviation != "" {
					na++
				}
			}
			var dims, cn []string
			for _, q := range r.FAQs {
				if q.Kind == "qa" {
					qa++
				} else {
					co++
					dims = append(dims, fmt.Sprint(len(q.Comparison.Dimensions)))
					cn = append(cn, q.Question)
				}
			}
			ck("definition_paragraphs", len(r.Definition.Paragraphs))
			ck("duties", len(r.Duties))
			ck("named_duties", nd)
			ck("types", len(r.Types))
			ck("types_with_abbreviation", na)
			ck("workplace_paragraphs", len(r.Workplace.Paragraphs))
			ck("faqs", len(r.FAQs))
			ck("qa", qa)
			ck("comparisons", co)
			ck("see_also", len(r.SeeAlso))
			ck("also_known_as", len(r.AlsoKnownAs))
			var wd, wc, ws, sn, wsn []string
			for _, v := range x["dimensions"].([]any) {
				wd = append(wd, fmt.Sprint(v))
			}
			for _, v := range x["comparison_names"].([]any) {
				wc = append(wc, fmt.Sprint(v))
			}
			for _, v := range x["other_sections"].([]any) {
				ws = append(ws, fmt.Sprint(v))
			}
			if v, ok := x["see_also_names"].([]any); ok {
				for _, v := range v {
					wsn = append(wsn, fmt.Sprint(v))
				}
			}
			for _, l := range r.SeeAlso {
				sn = append(sn, l.Name)
			}
			if fmt.Sprint(wsn) != fmt.Sprint(sn) {
				bad = append(bad, fmt.Sprintf("see %q want %q", sn, wsn))
			}
			if fmt.Sprint(wd) != fmt.Sprint(dims) {
				bad = append(bad, fmt.Sprint("dims ", dims, " want ", wd))
			}
			if fmt.Sprint(wc) != fmt.Sprint(cn) {
				bad = append(bad, fmt.Sprint("cmp ", cn, " want ", wc))
			}
			var hs []string
			for _, s := range r.Sections {
				hs = append(hs, s.Heading)
			}
			if fmt.Sprint(ws) != fmt.Sprint(hs) {
				bad = append(bad, fmt.Sprintf("sections %q want %q", hs, ws))
				for _, s := range r.Sections {
					found := false
					for _, w := range ws {
						found = found || w == s.Heading
					}
					if !found {
						bad = append(bad, fmt.Sprintf("   [%s] %.300q %.100q", s.Heading, s.Text, s.Rows))
					}
				}
			}
			j, _ := json.Marshal(r)
			for _, v := range x["must_not_contain"].([]any) {
				if strings.Contains(string(j), v.(string)) {
					bad = append(bad, "contains "+v.(string))
				}
			}
			if len(bad) > 0 {
				for _, q := range r.FAQs {
					bad = append(bad, fmt.Sprintf("   Q %s: %.60q", q.Question, q.Answer))
					if q.Comparison != nil {
						for _, d := range q.Comparison.Dimensions {
							bad = append(bad, fmt.Sprintf("         dim %s: %.30q %.30q", d.Name, d.Left, d.Right))
						}
					}
				}
				fmt.Println("==", slug, x["file"])
				for _, s := range bad {
					fmt.Println("   ", s)
				}
			} else {
				fmt.Println("ok", slug)
			}
		}
	}
}
func TestZB(t *testing.T) {
	p, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	fs, _ := filepath.Glob("../../shared/pages/bls-ooh/*.html")
	for _, f := range fs {
		b, _ := os.ReadFile(f)
		r, err := p.Parse(Input{Body: b, MediaType: "text/html"})
		if err != nil {
			fmt.Println(f, "ERR", err)
			continue
		}
		var hs []string
		for _, s := range r.Sections {
			hs = append(hs, fmt.Sprintf("%s(%d,%d)", s.Heading, len(s.Text), len(s.Rows)))
		}
		fmt.Printf("%-50s %s|%s| %s def%d di%d du%d ti%d ty%d wp%d faq%d sa%d aka%d\n   %q\n", filepath.Base(f), r.Name, r.Plural, r.Slug, len(r.Definition.Paragraphs), len(r.DutiesIntro), len(r.Duties), len(r.TypesIntro), len(r.Types), len(r.Workplace.Paragraphs), len(r.FAQs), len(r.SeeAlso), len(r.AlsoKnownAs), hs)
	}
}
func TestZD(t *testing.T){
 p,_:=New(Config{})
 for _,g:=range []string{"../../shared/pages/*/*","../deploy/sample/site/careers/*.html","../deploy/sample/site/careers/*.txt"}{
 fs,_:=filepath.Glob(g)
 for _,f:=range fs{ a,err:=p.best(load(t,f)); if err!=nil{fmt.Println(f,err);continue}
  fmt.Println(filepath.Base(f)); for _,d:=range a.page.Dropped{ if d!=""{fmt.Printf("    %.150q\n",d)}} }}
}
func TestZA(t *testing.T){
 p,_:=New(Config{})
 fs,_:=filepath.Glob("/tmp/adv/"+os.Getenv("G")+"*")
 for _,f:=range fs{ b,_:=os.ReadFile(f); mt:="text/html"; if !strings.HasSuffix(f,".html"){mt="text/plain"}
  r,err:=p.Parse(Input{Body:b,MediaType:mt}); fmt.Println("=====",filepath.Base(f)); if err!=nil{fmt.Println("  ERR",err);continue}
  fmt.Printf(" name %q plural %q slug %q aka %q\n def %q\n di %q\n",r.Name,r.Plural,r.Slug,r.AlsoKnownAs,r.Definition.Paragraphs,r.DutiesIntro)
  for _,d:=range r.Duties{fmt.Printf("   duty %q: %q\n",d.Name,d.Text)}
  fmt.Printf(" ti %q\n",r.TypesIntro)
  for _,d:=range r.Types{fmt.Printf("   type %q(%s): %q\n",d.Name,d.Abbreviation,d.Text)}
  fmt.Printf(" wp %q\n",r.Workplace.Paragraphs)
  for _,q:=range r.FAQs{fmt.Printf("   faq %s %q %q\n",q.Kind,q.Question,q.Answer); if c:=q.Comparison;c!=nil{fmt.Printf("      %q|%q intro %q sum %q\n",c.Left,c.Right,c.Intro,c.Summary); for _,d:=range c.Dimensions{fmt.Printf("      dim %q: %q | %q\n",d.Name,d.Left,d.Right)}}}
  fmt.Printf(" see %v\n",r.SeeAlso)
  for _,s:=range r.Sections{fmt.Printf("   sec %q %d %q %q\n",s.Heading,s.Level,s.Text,s.Rows)}
 }}
