package ingest

import (
	"strings"
	"testing"

	"careerstream/schemas/page"
)

func BenchmarkSnap(b *testing.B) {
	body := []byte("<!doctype html><html><head><title>Nurse</title><script>" + strings.Repeat("let a = b < c;\n", 500) +
		`</script><meta charset="utf-8"><link rel="canonical" href="https://careers.example/nurse"></head><body>` +
		strings.Repeat("<p>Nurses care for people – at home, in clinics and in hospitals.</p>\n", 1500) + "</body></html>")
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		p, err := Snap("nurse.html", Capture{Body: body, FetchedAt: noon})
		if err != nil || p.Snapshot.MediaType != page.HTML || p.Snapshot.Charset != "utf-8" {
			b.Fatal(p.Snapshot, err)
		}
	}
}
