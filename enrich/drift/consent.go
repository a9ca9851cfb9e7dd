package drift

import (
	"strings"

	"careerstream/schemas/career"
)

// maxWall is the most text, in bytes, of a record that a consent wall left.
const maxWall = 4000

// consentWords are stems of what consent walls say, in some languages.
var consentWords = []string{"cookie", "consent", "privacy", "accept all", "reject all", "personal data", "partners",
	"einwilligung", "datenschutz", "zustimm", "consentement", "confidentialit", "accepter", "consentimiento", "privacidad", "aceptar"}

// asksConsent reports whether a record holds a consent wall instead of a career.
func asksConsent(r *career.Record) bool {
	texts := append(append([]string{}, r.Definition.Paragraphs...), r.Workplace.Paragraphs...)
	for _, s := range r.Sections {
		texts = append(append(texts, s.Heading), s.Text...)
	}
	text := strings.ToLower(strings.Join(texts, " "))
	if len(text) > maxWall {
		return false
	}
	found := 0
	for _, word := range consentWords {
		if strings.Contains(text, word) {
			found++
		}
	}
	return found >= 3
}
