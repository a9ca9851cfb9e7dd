package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"

	"careerstream/ingest/fetch"
)

// A caller follows redirects itself, one polite request at a time.
func Example() {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/careers/florist", http.StatusMovedPermanently)
			return
		}
		_, _ = w.Write([]byte("<html><h1>What does a florist do?</h1>"))
	}))
	defer site.Close()

	agent, err := fetch.UserAgent("1.0", "data@site.example")
	if err != nil {
		panic(err)
	}
	c, err := fetch.New(fetch.Config{
		UserAgent:    agent,
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}, fetch.Deps{})
	if err != nil {
		panic(err)
	}
	defer c.Close()

	var hops fetch.Hops
	at, _ := url.Parse(site.URL + "/old")
	for {
		r, err := c.Get(context.Background(), fetch.Request{URL: at})
		if err == nil && r.Kind == fetch.Redirect {
			err = hops.Follow(r)
		}
		if err != nil {
			fmt.Println(fetch.KindOf(err), fetch.KindOf(err).Info().Hint)
			return
		}
		fmt.Printf("%s %d %q\n", r.Kind, r.Status, r.Body)
		if r.Location == nil {
			return
		}
		at = r.Location
	}
	// Output:
	// redirect 301 ""
	// ok 200 "<html><h1>What does a florist do?</h1>"
}
