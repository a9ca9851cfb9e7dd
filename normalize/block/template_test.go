package block_test

import (
	"fmt"
	"strings"
	"testing"

	"careerstream/normalize/block"

	"golang.org/x/net/html"
	"pgregory.net/rapid"
)

func template(t testing.TB, source string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(source))
	if err != nil {
		t.Fatal(err)
	}
	return block.HTML(root, block.Options{Rules: &block.Rules{}}).Template
}

// layouts put the same content into different frames.
var layouts = map[string]string{
	"main":       `<body class="careers"><main>%s</main></body>`,
	"article":    `<body><main><article>%s</article></main></body>`,
	"div":        `<body><div class="site-content">%s</div></body>`,
	"other div":  `<body><div class="page-wrap layout">%s</div></body>`,
	"two deep":   `<body><div class="site-content"><div class="column">%s</div></div></body>`,
	"component":  `<body><career-page>%s</career-page></body>`,
	"bare body":  `<body>%s</body>`,
	"old center": `<body><center>%s</center></body>`,
}

func words(n int) string { return strings.Repeat("steady work all day long ", n) }

// TestTemplateIsTheLayout draws pages with any parts in any amounts: pages of one
// layout have one template, and no two layouts share theirs.
func TestTemplateIsTheLayout(t *testing.T) {
	t.Parallel()
	of := map[string]string{}
	for name, frame := range layouts {
		got := template(t, fmt.Sprintf(frame, "<h1>Baker</h1><p>"+words(9)+"</p>"))
		for other, taken := range of {
			if taken == got {
				t.Errorf("%s and %s share a template", name, other)
			}
		}
		of[name] = got
	}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("<h1>Baker</h1><p>" + words(12) + "</p>")
		for range rapid.IntRange(0, 6).Draw(t, "parts") {
			n := rapid.IntRange(1, 8).Draw(t, "size")
			switch rapid.IntRange(0, 6).Draw(t, "part") {
			case 0:
				b.WriteString("<h2>More</h2><ul>" + strings.Repeat("<li>"+words(2)+"</li>", n) + "</ul>")
			case 1:
				b.WriteString("<table><tr><th>Pay</th><td>much</td></tr>" + strings.Repeat("<tr><th>Pay</th><td>much</td></tr>", n) + "</table>")
			case 2:
				b.WriteString("<h2>Questions</h2>" + strings.Repeat("<details><summary>Why?</summary><p>"+words(1)+"</p></details>", n))
			case 3:
				b.WriteString("<dl>" + strings.Repeat("<dt>Dough</dt><dd>"+words(1)+"</dd>", n) + "</dl>")
			case 4:
				b.WriteString(`<blockquote class="quote-3"><p>` + words(n) + "</p></blockquote>")
			case 5:
				b.WriteString(`<div class="note note-` + fmt.Sprint(n) + `"><p>` + words(1) + "</p></div>")
			case 6:
				b.WriteString("<nav><div><a href=/>Home</a></div></nav>")
			}
		}
		for name, frame := range layouts {
			if got := template(&testing.T{}, fmt.Sprintf(frame, b.String())); got != of[name] {
				t.Fatalf("%s: template %s, want %s, of %s", name, got, of[name], b.String())
			}
		}
	})
}

func TestTemplateIgnoresWhatGeneratorsAppend(t *testing.T) {
	t.Parallel()
	const body = `<main class="%s"><h1>Baker</h1><p>Makes bread for the town every night.</p></main>`
	for _, pair := range [][2]string{
		{"content-12", "content-7"}, {"css-1q2w3e", "css-9z8y7x"}, {"Page_root__aB3dE", "Page_root__Zz9yQ"}, {"sc-bdVaJa", "sc-htpNat"},
		{"entry category-health tag-night post-17", "entry category-food post-9"}, {"content is-active", "content"}, {"b a", "a b"},
	} {
		if a, b := template(t, fmt.Sprintf(body, pair[0])), template(t, fmt.Sprintf(body, pair[1])); a != b {
			t.Errorf("%q and %q are different templates", pair[0], pair[1])
		}
	}
	if template(t, fmt.Sprintf(body, "content")) == template(t, fmt.Sprintf(body, "body-text")) {
		t.Error("another class is the same template")
	}
}
