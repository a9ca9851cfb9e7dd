package sample

import (
	"embed"
	"io/fs"
)

//go:embed articles
var articles embed.FS

// Articles returns the longer texts that some pages of the sample site link to
// where they cut an answer short: x/y.html is what stands at /x/y/.
func Articles() fs.FS {
	sub, err := fs.Sub(articles, "articles")
	if err != nil {
		panic(err) // embedded: cannot fail
	}
	return sub
}
