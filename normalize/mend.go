package normalize

import "strings"

// swallowing are elements and comments that, never closed, take in the whole
// rest of a page as text that is not shown.
var swallowing = []struct{ open, close string }{
	{"<!--", "-->"}, {"<title", "</title>"}, {"<script", "</script>"}, {"<style", "</style>"},
	{"<textarea", "</textarea>"}, {"<iframe", "</iframe>"}, {"<noscript", "</noscript>"}, {"<template", "</template>"},
	{"<select", "</select>"}, {"<svg", "</svg>"}, {"<xmp", "</xmp>"}, {"<noframes", "</noframes>"}, {"<plaintext", ""},
}

// mend closes such an element where the next tag or line begins. It is used on
// pages that show nothing as they are.
func mend(src string) string {
	for _, s := range swallowing {
		lower := strings.ToLower(src)
		if len(lower) != len(src) {
			return src
		}
		at := strings.LastIndex(lower, s.open)
		if at < 0 || s.close != "" && strings.Contains(lower[at:], s.close) {
			continue
		}
		from := at + len(s.open)
		if s.open != "<!--" {
			if end := strings.IndexByte(src[from:], '>'); end >= 0 {
				from += end + 1
			}
		}
		switch s.open {
		case "<plaintext":
			src = src[:at] + src[from:]
			continue
		case "<template", "<noscript":
			src = src[:from] + s.close + src[from:]
			continue
		}
		end := strings.IndexByte(src[from:], '<')
		if end < 0 {
			continue
		}
		src = src[:from+end] + s.close + src[from+end:]
	}
	return src
}
