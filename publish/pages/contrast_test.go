package pages_test

import (
	"io"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	rootRule = regexp.MustCompile(`(@media \(prefers-color-scheme:dark\)\{|@media print\{)?:root\{([^}]*)\}`)
	variable = regexp.MustCompile(`--([a-z0-9-]+):(#[0-9a-f]{3,6})`)
)

// palettes reads the variables of the style sheet: light, and what dark changes.
func palettes(css string) (light, dark map[string]string) {
	light, dark = map[string]string{}, map[string]string{}
	for _, rule := range rootRule.FindAllStringSubmatch(css, -1) {
		for _, v := range variable.FindAllStringSubmatch(rule[2], -1) {
			switch {
			case rule[1] == "":
				light[v[1]] = v[2]
			case strings.Contains(rule[1], "dark"):
				dark[v[1]] = v[2]
			}
		}
	}
	return light, dark
}

// luminance and contrast are those of WCAG 2.2
// (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = hex[:1] + hex[:1] + hex[1:2] + hex[1:2] + hex[2:] + hex[2:]
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(c uint64) float64 {
		v := float64(c&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast holds text to WCAG AA (4.5), and what draws or bounds to 3.
func TestContrast(t *testing.T) {
	t.Parallel()
	if got := contrast(t, "#fff", "#000"); math.Abs(got-21) > 0.01 {
		t.Fatalf("white on black has %.2f, want 21", got)
	}
	r := newWorld(t).serve(t, config())
	res, err := r.client.Get(r.base + r.get("/").Find("link[rel=stylesheet]").AttrOr("href", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	css, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Fatalf("style sheet: %d, %v", res.StatusCode, err)
	}
	light, dark := palettes(string(css))
	if len(light) < 20 || len(light) != len(dark) {
		t.Fatalf("%d colours for light, %d for dark", len(light), len(dark))
	}
	text := map[string][]string{
		"ink": {"ground", "paper", "plain", "good-ground", "bad-ground", "warn-ground", "add", "cut", "mark"}, "muted": {"ground", "paper", "plain"},
		"link": {"ground", "paper", "good-ground", "warn-ground", "bad-ground", "plain"}, "on-accent": {"accent"}, "accent": {"ground", "paper"},
		"good": {"good-ground", "paper"}, "bad": {"bad-ground", "paper", "ground"}, "warn": {"warn-ground", "paper"}, "up": {"paper"}, "down": {"paper"}, "paper": {"s1"},
	}
	for name, palette := range map[string]map[string]string{"light": light, "dark": dark} {
		for front, backs := range text {
			for _, back := range backs {
				if got := contrast(t, palette[front], palette[back]); got < 4.5 {
					t.Errorf("%s: %s on %s has %.2f, want 4.5", name, front, back, got)
				}
			}
		}
		for _, front := range []string{"edge", "accent", "s1", "s2", "s3", "s4", "s5"} {
			for _, back := range []string{"paper", "ground"} {
				if got := contrast(t, palette[front], palette[back]); got < 3 {
					t.Errorf("%s: %s beside %s has %.2f, want 3", name, front, back, got)
				}
			}
		}
	}
}
