package site

import "fmt"

const maxOthers = 10_000

// other is a page that every site has besides: news of itself, no career.
func other(i int) *item {
	body := fmt.Sprintf("<!doctype html><title>News %d</title><h1>News from our office, part %[1]d</h1>"+
		"<p>We have moved the coffee machine to floor %[1]d. The lift is under repair until further notice.</p>"+
		"<h2>How to reach us</h2><p>Take the tram to the last stop and ring twice.</p>\n", i)
	return &item{
		path: fmt.Sprintf("/news/%d/", i), name: fmt.Sprintf("News %d", i), number: -1, contentType: htmlType,
		body: []byte(body), made: epoch, listed: true,
	}
}
