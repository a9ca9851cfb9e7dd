package site

import (
	_ "embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"careerstream/deploy/sample"
)

// Special URLs of the demo site.
const (
	// HiddenPath is a page that is linked and in the sitemap, but robots.txt
	// disallows it.
	HiddenPath = "/careers/astronaut/"
	// MovedPath redirects for good (301) to MovedTo. It is in the sitemap.
	MovedPath = "/careers/nurse/"
	// MovedTo is where the page at MovedPath went.
	MovedTo = "/careers/registered-nurse/"
)

//go:embed hidden.html
var hiddenPage []byte

func demoCatalog(config Config) (*catalog, error) {
	c := newCatalog(0)
	careers, err := readPages(sample.Site())
	if err != nil {
		return nil, err
	}
	for i, p := range careers {
		p.made, p.listed, p.linked, p.lastmod = epoch.AddDate(0, 0, i), true, true, config.Lastmod
		c.careers = append(c.careers, c.add(p))
	}
	c.add(&item{path: HiddenPath, name: "Astronaut", number: -1, contentType: htmlType, body: hiddenPage, made: epoch, listed: true, linked: true})
	c.add(&item{path: MovedPath, name: "Nurse", number: -1, status: http.StatusMovedPermanently, location: MovedTo, made: epoch, listed: true, linked: true})
	articles, err := readPages(sample.Articles())
	if err != nil {
		return nil, err
	}
	for _, p := range articles {
		p.made, p.article = epoch, true
		c.add(p)
	}
	return c, nil
}

// readPages reads x/y.html as what stands at /x/y/.
func readPages(files fs.FS) ([]*item, error) {
	types := map[string]string{".html": "text/html", ".txt": textType}
	var items []*item
	err := fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		contentType, page := types[path.Ext(file)]
		if err != nil || entry.IsDir() || !page {
			return err
		}
		body, err := fs.ReadFile(files, file)
		if err != nil {
			return fmt.Errorf("read sample page: %w", err)
		}
		stem := strings.TrimSuffix(file, path.Ext(file))
		name := strings.ReplaceAll(path.Base(stem), "-", " ")
		items = append(items, &item{
			path: "/" + stem + "/", name: strings.ToUpper(name[:1]) + name[1:],
			number: -1, contentType: contentType, body: body,
		})
		return nil
	})
	slices.SortFunc(items, func(a, b *item) int { return strings.Compare(a.path, b.path) })
	return items, err
}

// Articles are the paths of the articles of the demo site, to which "Continue
// reading" on some career pages leads. Other such links lead nowhere (404).
func (s *Site) Articles() []string {
	var paths []string
	for _, p := range s.pages.visible(func(p *item) bool { return p.article }) {
		paths = append(paths, p.path)
	}
	return paths
}
