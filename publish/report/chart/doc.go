// Package chart consumes numbers, produces SVG charts for one HTML page.
//
// A chart is drawn with html/template alone: no script, nothing loaded, every
// text escaped. Colours are CSS classes that Style defines, for light and dark.
// Every chart has a title and a description for screen readers; the page that
// holds it shows the numbers in a table besides.
package chart
