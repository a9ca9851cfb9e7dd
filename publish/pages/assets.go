package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"

	"careerstream/publish/report/chart"
)

//go:embed assets templates
var files embed.FS

// asset is an embedded file that a page loads.
type asset struct {
	media string
	body  []byte
}

// assets are by path; the names that templates use lead to paths.
type assets struct {
	byPath map[string]asset
	paths  map[string]string
}

// loadAssets names each file by its hash, so that it may be cached for ever.
func loadAssets() (assets, error) {
	a := assets{byPath: map[string]asset{}, paths: map[string]string{}}
	for name, media := range map[string]string{
		"pages.css": "text/css; charset=utf-8", "live.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
	} {
		body, err := files.ReadFile("assets/" + name)
		if err != nil {
			return a, fmt.Errorf("read asset: %w", err)
		}
		if name == "pages.css" {
			body = append([]byte(chart.Style), body...)
		}
		sum := sha256.Sum256(body)
		path := "/assets/" + hex.EncodeToString(sum[:6]) + "-" + name
		a.byPath[path], a.paths[name] = asset{media, body}, path
	}
	return a, nil
}

func (p *Pages) serveAsset(w http.ResponseWriter, r *http.Request) {
	found, ok := p.assets.byPath[r.URL.Path]
	if !ok {
		p.notFound(w, r)
		return
	}
	w.Header().Set("Content-Type", found.media)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(found.body) // a client that has gone needs no answer
}
