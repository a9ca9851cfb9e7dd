package normalize

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"

	"careerstream/schemas/page"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

// renderer writes a page piece by piece; a shape is a set of these.
type renderer struct {
	h1, h2, h3 func(s string) string
	p          func(s string) string
	entries    func(items [][2]string) string
	list       func(items []string) string
	qa         func(r renderer, q string, body string) string
	versus     func(r renderer, v sampleVersus) string
	wrap       func(title, body string) string
}

func (r renderer) page(s sample) string {
	var b strings.Builder
	add := func(parts ...string) { b.WriteString(strings.Join(parts, "")) }
	paras := func(list []string) string {
		var out strings.Builder
		for _, t := range list {
			out.WriteString(r.p(t))
		}
		return out.String()
	}
	add(r.h1("What does a " + strings.ToLower(s.name) + " do?"))
	add(r.h2("What is a "+s.name+"?"), paras(s.definition))
	add(r.h2("What does a "+s.name+" do?"), r.p(s.dutiesIntro), r.entries(s.duties))
	add(r.h2("Types of "+s.plural), r.p(s.typesIntro), r.entries(s.types))
	add(r.h2("What is the workplace of a "+s.name+" like?"), paras(s.workplace))
	add(r.h2("How to Become a "+s.name), paras(s.become))
	add(r.h2("Frequently Asked Questions"))
	for _, q := range s.questions {
		add(r.qa(r, q.q, paras(q.a)))
	}
	for _, v := range s.versus {
		add(r.qa(r, v.left+" vs "+v.right, r.p(v.intro)+r.versus(r, v)+r.p(v.summary)))
	}
	add(r.h2("See Also"), r.list(s.seeAlso))
	add(r.h2("Also Known As"), r.list(s.aka))
	return r.wrap("What does a "+strings.ToLower(s.name)+" do? | Example", b.String())
}

func tag(name, attrs string) func(string) string {
	if attrs != "" {
		attrs = " " + attrs
	}
	return func(s string) string {
		return "<" + name + attrs + ">" + html.EscapeString(s) + "</" + name + ">\n"
	}
}

func document(title, body string) string {
	return "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + title + "</title></head><body>\n" + body + "</body></html>"
}

// semantic is the plainest shape; the others change parts of it.
func semantic() renderer {
	return renderer{
		h1: tag("h1", ""), h2: tag("h2", ""), h3: tag("h3", ""), p: tag("p", ""),
		entries: func(items [][2]string) string {
			return ul(items, func(n, t string) string { return "<strong>" + n + ":</strong> " + t })
		},
		list: func(items []string) string {
			var b strings.Builder
			for _, i := range items {
				b.WriteString("<li><a href=\"/careers/x/\">" + i + "</a></li>\n")
			}
			return "<ul>" + b.String() + "</ul>"
		},
		qa: func(r renderer, q, body string) string { return r.h3(q) + body },
		versus: func(r renderer, v sampleVersus) string {
			var b strings.Builder
			for i, d := range v.dims {
				fmt.Fprintf(&b, "<p><strong>%d. %s:</strong></p>", i+1, d[0])
				b.WriteString("<p><strong>" + v.left + ":</strong> " + html.EscapeString(d[1]) + "</p>")
				b.WriteString("<p><strong>" + v.right + ":</strong> " + html.EscapeString(d[2]) + "</p>")
			}
			return b.String()
		},
		wrap: document,
	}
}

func ul(items [][2]string, item func(n, t string) string) string {
	var b strings.Builder
	b.WriteString("<ul>\n")
	for _, i := range items {
		b.WriteString("<li>" + item(html.EscapeString(i[0]), html.EscapeString(i[1])) + "</li>\n")
	}
	b.WriteString("</ul>\n")
	return b.String()
}

func rows(items [][2]string) string {
	var b strings.Builder
	for _, i := range items {
		b.WriteString("<tr><td>" + html.EscapeString(i[0]) + "</td><td>" + html.EscapeString(i[1]) + "</td></tr>\n")
	}
	return b.String()
}

type shape struct {
	name  string
	media string
	body  func(s sample) []byte
}

func htmlShape(name string, change func(r *renderer)) shape {
	return shape{name, page.HTML, func(s sample) []byte {
		r := semantic()
		change(&r)
		return []byte(r.page(s))
	}}
}

// textShape writes plain text; head writes a heading of a level.
func textShape(name, bullet, sep string, head func(level int, s string) string, crlf bool) shape {
	return shape{name, page.Text, func(s sample) []byte {
		r := renderer{
			h1: func(t string) string { return head(1, t) }, h2: func(t string) string { return head(2, t) }, h3: func(t string) string { return head(3, t) },
			p: func(t string) string { return t + "\n\n" },
			entries: func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString(bullet + i[0] + sep + i[1] + "\n")
				}
				return b.String() + "\n"
			},
			list: func(items []string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString(bullet + i + "\n")
				}
				return b.String() + "\n"
			},
			qa: func(r renderer, q, body string) string { return r.h3(q) + body },
			versus: func(r renderer, v sampleVersus) string {
				var b strings.Builder
				for i, d := range v.dims {
					fmt.Fprintf(&b, "%d. %s:\n\n%s: %s\n\n%s: %s\n\n", i+1, d[0], v.left, d[1], v.right, d[2])
				}
				return b.String()
			},
			wrap: func(_, body string) string { return body },
		}
		out := r.page(s)
		if crlf {
			out = strings.ReplaceAll(out, "\n", "\r\n")
		}
		return []byte(out)
	}}
}

func plainHead(_ int, s string) string { return s + "\n\n" }

func underlinedHead(level int, s string) string {
	return s + "\n" + strings.Repeat(map[int]string{1: "=", 2: "=", 3: "-"}[level], len(s)) + "\n\n"
}

func wrapped(s string) string {
	var out strings.Builder
	for line := range strings.Lines(s) {
		width := 0
		for i, w := range strings.Fields(line) {
			if i > 0 && width+1+len(w) > 76 {
				out.WriteString("\n")
				if strings.HasPrefix(line, "* ") {
					out.WriteString("  ")
				}
				width = 0
			} else if i > 0 {
				out.WriteString(" ")
				width++
			}
			out.WriteString(w)
			width += len(w)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func shapes() []shape {
	bold := func(s string) string { return "<p><b>" + html.EscapeString(s) + "</b></p>\n" }
	all := []shape{
		htmlShape("semantic", func(*renderer) {}),
		htmlShape("bold headings", func(r *renderer) {
			r.h1, r.h2, r.h3 = bold, bold, bold
		}),
		htmlShape("classed divs", func(r *renderer) {
			r.h1, r.h2, r.h3 = tag("div", `class="page-title"`), tag("div", `class="section-heading"`), tag("div", `class="faq-question"`)
			r.p = tag("div", `class="text"`)
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString(`<div class="card"><div class="card-name">` + html.EscapeString(i[0]) + `</div><div class="card-text">` + html.EscapeString(i[1]) + "</div></div>\n")
				}
				return b.String()
			}
		}),
		htmlShape("definition lists", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString("<dt>" + html.EscapeString(i[0]) + "<dd>" + html.EscapeString(i[1]) + "\n")
				}
				return "<dl>" + b.String() + "</dl>"
			}
			r.qa = func(_ renderer, q, body string) string { return "<dl><dt>" + q + "</dt><dd>" + body + "</dd></dl>" }
		}),
		htmlShape("tables", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				return "<table><tr><th>Name</th><th>What it is</th></tr>" + rows(items) + "</table>"
			}
			r.versus = func(_ renderer, v sampleVersus) string {
				var b strings.Builder
				fmt.Fprintf(&b, "<table><thead><tr><th>Aspect</th><th>%s</th><th>%s</th></tr></thead><tbody>", v.left, v.right)
				for _, d := range v.dims {
					fmt.Fprintf(&b, "<tr><th>%s</th><td>%s</td><td>%s</td></tr>", d[0], html.EscapeString(d[1]), html.EscapeString(d[2]))
				}
				return b.String() + "</tbody></table>"
			}
		}),
		htmlShape("tables without header cells", func(r *renderer) {
			r.entries = func(items [][2]string) string { return "<table>" + rows(items) + "</table>" }
			r.versus = func(_ renderer, v sampleVersus) string {
				var b strings.Builder
				fmt.Fprintf(&b, "<table><tr><td></td><td>%s</td><td>%s</td></tr>", v.left, v.right)
				for _, d := range v.dims {
					fmt.Fprintf(&b, "<tr><td>%s</td><td>%s</td><td>%s</td></tr>", d[0], html.EscapeString(d[1]), html.EscapeString(d[2]))
				}
				return b.String() + "</table>"
			}
		}),
		htmlShape("details", func(r *renderer) {
			r.qa = func(_ renderer, q, body string) string {
				return "<details><summary>" + q + "</summary>" + body + "</details>"
			}
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString("<details><summary>" + html.EscapeString(i[0]) + "</summary><p>" + html.EscapeString(i[1]) + "</p></details>")
				}
				return b.String()
			}
		}),
		htmlShape("closed accordions", func(r *renderer) {
			r.qa = func(_ renderer, q, body string) string {
				return `<button class="accordion" aria-expanded="false">` + q + `</button><div class="panel" style="display:none">` + body + "</div>"
			}
		}),
		htmlShape("sub-headings", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString("<h3>" + html.EscapeString(i[0]) + "</h3><p>" + html.EscapeString(i[1]) + "</p>\n")
				}
				return b.String()
			}
			r.versus = func(_ renderer, v sampleVersus) string {
				var b strings.Builder
				for i, d := range v.dims {
					fmt.Fprintf(&b, "<h4>%d. %s</h4><ul><li><b>%s</b>: %s</li><li><b>%s</b>: %s</li></ul>", i+1, d[0], v.left, html.EscapeString(d[1]), v.right, html.EscapeString(d[2]))
				}
				return b.String()
			}
		}),
		htmlShape("cards of a comparison", func(r *renderer) {
			r.versus = func(_ renderer, v sampleVersus) string {
				side := func(name string, at int) string {
					items := make([][2]string, 0, len(v.dims))
					for _, d := range v.dims {
						items = append(items, [2]string{d[0], d[at]})
					}
					return `<div class="col"><h4>` + name + "</h4>" + ul(items, func(n, t string) string { return "<b>" + n + "</b>: " + t }) + "</div>"
				}
				return `<div class="row">` + side(v.left, 1) + side(v.right, 2) + "</div>"
			}
		}),
		htmlShape("nested lists of a comparison", func(r *renderer) {
			r.versus = func(_ renderer, v sampleVersus) string {
				var b strings.Builder
				for _, d := range v.dims {
					fmt.Fprintf(&b, "<li>%s<ul><li>%s: %s</li><li>%s: %s</li></ul></li>", d[0], v.left, html.EscapeString(d[1]), v.right, html.EscapeString(d[2]))
				}
				return "<ol>" + b.String() + "</ol>"
			}
		}),
		htmlShape("breaks", func(r *renderer) {
			head := func(s string) string { return "<font size=4><b>" + html.EscapeString(s) + "</b></font><br><br>\n" }
			r.h1, r.h2, r.h3 = head, head, head
			r.p = func(s string) string { return html.EscapeString(s) + "<br><br>\n" }
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString("&#8226; <b>" + html.EscapeString(i[0]) + "</b>: " + html.EscapeString(i[1]) + "<br>\n")
				}
				return b.String() + "<br>\n"
			}
			r.list = func(items []string) string { return "&#149; " + strings.Join(items, "<br>&#149; ") + "<br><br>" }
			r.versus = func(_ renderer, v sampleVersus) string {
				var b strings.Builder
				for i, d := range v.dims {
					fmt.Fprintf(&b, "<b>%d. %s</b><br>%s: %s<br>%s: %s<br><br>", i+1, d[0], v.left, html.EscapeString(d[1]), v.right, html.EscapeString(d[2]))
				}
				return b.String()
			}
			r.wrap = func(title, body string) string {
				return "<HTML><HEAD><TITLE>" + title + "</TITLE></HEAD><BODY><TABLE WIDTH=100%><TR><TD WIDTH=120><A HREF=/>Home</A><BR><A HREF=/a>All careers</A></TD><TD>" + body + "</TD></TR></TABLE></BODY></HTML>"
			}
		}),
		htmlShape("unclosed tags", func(r *renderer) {
			open := func(name string) func(string) string {
				return func(s string) string { return "<" + name + ">" + html.EscapeString(s) + "\n" }
			}
			r.p = open("p")
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString("<li><b>" + html.EscapeString(i[0]) + ":</b> " + html.EscapeString(i[1]) + "\n")
				}
				return "<ul>" + b.String()
			}
			r.list = func(items []string) string { return "<ul><li>" + strings.Join(items, "<li>") + "\n" }
			r.wrap = func(title, body string) string { return "<title>" + title + "</title><div><div>" + body }
		}),
		htmlShape("name in spans", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				return ul(items, func(n, t string) string { return `<span class="name">` + n + `</span> <span>` + t + "</span>" })
			}
		}),
		htmlShape("name before a dash", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				return ul(items, func(n, t string) string { return n + "&nbsp;&ndash; " + t })
			}
		}),
		htmlShape("name before an em dash in bold", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				return ul(items, func(n, t string) string { return "<b>" + n + "</b>&mdash;" + t })
			}
		}),
		htmlShape("name in a block of its own", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				return ul(items, func(n, t string) string { return "<h4>" + n + "</h4><p>" + t + "</p>" })
			}
		}),
		htmlShape("paragraphs with bold leads", func(r *renderer) {
			r.entries = func(items [][2]string) string {
				var b strings.Builder
				for _, i := range items {
					b.WriteString("<p><strong><em>" + html.EscapeString(i[0]) + ".</em></strong> " + html.EscapeString(i[1]) + "</p>")
				}
				return b.String()
			}
		}),
		htmlShape("inside articles and sections with chrome", func(r *renderer) {
			r.wrap = func(title, body string) string {
				return document(title, `<header class="site-header"><nav><ul><li><a href="/">Home</a><li><a href="/careers">Careers</a></ul></nav></header>
<div id="cookie-bar">We use cookies. <button>Accept</button></div><main><article>`+body+`</article></main>
<aside><h2>Related posts</h2><ul><li><a href="/b">Ten jobs outdoors</a></ul></aside>
<div class="newsletter"><h3>Join our newsletter</h3><form><input><button>Subscribe</button></form></div><footer><p>&copy; 2026 Example</p></footer>`)
			}
		}),
		textShape("text with dots", "  • ", ": ", plainHead, false),
		textShape("text with hyphens", "- ", " – ", plainHead, false),
		textShape("text with stars and underlines", "* ", ": ", underlinedHead, true),
		textShape("markdown", "- ", ": ", func(l int, s string) string { return strings.Repeat("#", l) + " " + s + "\n\n" }, false),
	}
	all = append(all,
		shape{"upper-case tags", page.HTML, func(s sample) []byte { return upperTags(semantic().page(s)) }},
		shape{"one line", page.HTML, func(s sample) []byte {
			return []byte(strings.ReplaceAll(semantic().page(s), "\n", ""))
		}},
		shape{"extra white space", page.HTML, func(s sample) []byte {
			return []byte(strings.NewReplacer(" ", " \n\t ", "<p>", "<p>\n\u200b &nbsp;").Replace(strings.ReplaceAll(semantic().page(s), "<!DOCTYPE html>", "")))
		}},
		shape{"windows-1252", page.HTML, func(s sample) []byte {
			out, err := charmap.Windows1252.NewEncoder().String(strings.ReplaceAll(semantic().page(s), "charset=utf-8", "charset=windows-1252"))
			if err != nil {
				panic(err)
			}
			return []byte(out)
		}},
		shape{"wrapped text", page.Text, func(s sample) []byte {
			plain := textShape("", "* ", ": ", underlinedHead, false)
			return []byte(wrapped(string(plain.body(s))))
		}},
	)
	return all
}

func upperTags(s string) []byte {
	out := []byte(s)
	in := false
	for i, c := range out {
		switch {
		case c == '<':
			in = true
		case c == '>' || c == ' ' || c == '=':
			in = false
		case in && c >= 'a' && c <= 'z':
			out[i] = c - 32
		}
	}
	return out
}

func mustNew(t testing.TB) *Parser {
	t.Helper()
	p, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestShapes holds that the shape of a page does not count: one content, the
// same record.
func TestShapes(t *testing.T) {
	t.Parallel()
	p := mustNew(t)
	s := beekeeper()
	want := wantBeekeeper(s)
	for _, sh := range shapes() {
		t.Run(sh.name, func(t *testing.T) {
			t.Parallel()
			body := sh.body(s)
			rec, err := p.Parse(Input{Body: body, MediaType: sh.media, URL: "https://example.org/careers/beekeeper"})
			if err != nil {
				t.Fatalf("parse: %v\n%s", err, body)
			}
			data, err := rec.Content()
			if err != nil {
				t.Fatal(err)
			}
			var got any
			if err := json.Unmarshal(data, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
		})
	}
}
