package block

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits within which a table without header cells is taken for data.
const (
	maxCellBytes  = 1500
	maxCellBreaks = 3
	maxCellParas  = 3
)

// isData tells a data table from one that only lays out the page.
func isData(table *html.Node) bool {
	switch attr(table, "role") {
	case "presentation", "none":
		return false
	}
	rows, cells, maxCells, heads, multi := 0, 0, 0, 0, 0
	bytes, breaks, paras, lists, headings, nonEmpty := 0, 0, 0, 0, 0, 0
	layout, inCell := false, false
	closeCell := func() {
		if inCell && bytes > 0 {
			nonEmpty++
		}
		if bytes > maxCellBytes || breaks > maxCellBreaks || paras > maxCellParas {
			layout = true
		}
		bytes, breaks, paras, inCell = 0, 0, 0, false
	}
	closeRow := func() {
		closeCell()
		if nonEmpty > 1 {
			multi++
		}
		maxCells = max(maxCells, cells)
		cells, nonEmpty = 0, 0
	}
	for n := next(table, table); n != nil; n = next(table, n) {
		if n.Type == html.TextNode {
			if inCell {
				bytes += len(strings.TrimSpace(n.Data))
			}
			continue
		}
		switch n.DataAtom {
		case atom.Table, atom.Nav, atom.Header, atom.Footer, atom.H1, atom.Article, atom.Main:
			return false
		case atom.Tr:
			closeRow()
			rows++
		case atom.Td, atom.Th:
			closeCell()
			inCell = true
			cells++
			if n.DataAtom == atom.Th {
				heads++
			}
		case atom.Br:
			breaks++
		case atom.P:
			paras++
		case atom.Ul, atom.Ol, atom.Dl, atom.Hr:
			lists++
		case atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			headings++
		}
	}
	closeRow()
	switch {
	case rows == 0 || maxCells < 2 || multi == 0:
		return false
	case heads > 0 && maxCells == 2 && (lists > 0 || layout):
		return false // a page laid out as rows of a title and its content
	case heads > 0:
		return headings <= max(heads, rows)
	case layout || headings > 0 || lists > 0 || rows < 2:
		return false
	}
	return multi*2 >= rows
}

// table emits the rows of a data table.
func (w *walker) table(table *html.Node) {
	w.doc.tables++
	var rows []Block
	row := Block{Kind: Row, Table: w.doc.tables, Item: w.item(), Main: w.mains > 0}
	heads, datas := 0, 0
	closeRow := func() {
		if filled(row.Cells) {
			row.Head = heads > 0 && datas == 0
			rows = append(rows, row)
		}
		row.Cells, heads, datas = nil, 0, 0
	}
	for n := next(table, table); n != nil; {
		skip := false
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Tr:
				closeRow()
			case atom.Td, atom.Th:
				if n.DataAtom == atom.Th {
					heads++
				} else {
					datas++
				}
				if len(row.Cells) < 64 {
					row.Cells = append(row.Cells, w.cell(n))
				}
				skip = true
			case atom.Caption:
				w.cellInto(n)
				if text := strings.Join(w.cellParts, " "); text != "" {
					w.doc.add(Block{Kind: Caption, Text: text, Item: w.item(), Main: w.mains > 0})
				}
				skip = true
			case atom.Script, atom.Style, atom.Template:
				skip = true
			}
		}
		if skip {
			n = after(table, n)
		} else {
			n = next(table, n)
		}
	}
	closeRow()
	w.emitRows(rows)
}

// emitRows drops empty columns, and turns a title row into a heading.
func (w *walker) emitRows(rows []Block) {
	width := 0
	for i := range rows {
		width = max(width, len(rows[i].Cells))
	}
	for col := width - 1; col >= 0; col-- {
		used := false
		for i := range rows {
			used = used || !rows[i].Head && col < len(rows[i].Cells) && rows[i].Cells[col] != ""
		}
		if used {
			continue
		}
		for i := range rows {
			if col < len(rows[i].Cells) && rows[i].Cells[col] == "" {
				rows[i].Cells = append(rows[i].Cells[:col:col], rows[i].Cells[col+1:]...)
			}
		}
	}
	for i := range rows {
		r := rows[i]
		if len(r.Cells) == 1 && i == 0 && len(rows) > 1 && headingLike(r.Cells[0]) {
			w.doc.add(Block{Kind: Heading, Style: StyleTable, Text: r.Cells[0], Item: r.Item, Main: r.Main})
			continue
		}
		for _, c := range r.Cells {
			w.doc.TextBytes += len(c)
		}
		w.doc.add(r)
	}
}

// cell returns the text of a cell, its paragraphs parted by a blank line.
func (w *walker) cell(td *html.Node) string {
	w.cellInto(td)
	return strings.Join(w.cellParts, "\n\n")
}

func (w *walker) cellInto(td *html.Node) {
	w.cellParts = w.cellParts[:0]
	for n := next(td, td); n != nil; {
		skip := false
		switch n.Type {
		case html.TextNode:
			w.text(n.Data)
		case html.ElementNode:
			switch n.DataAtom {
			case atom.Script, atom.Style, atom.Template, atom.Svg, atom.Select, atom.Noscript, atom.Iframe:
				skip = true
			case atom.Br:
				w.space = true
			default:
				if info := w.classOf(n); !w.keep(n, info) {
					skip = true
				} else if block(n) {
					w.endPart()
				}
			}
		}
		from := n
		if skip {
			n = after(td, n)
		} else {
			n = next(td, n)
		}
		if leavesBlock(td, from, n) {
			w.endPart()
		}
	}
	w.endPart()
}

// leavesBlock reports whether going on from one node to the next closes a
// block element within root.
func leavesBlock(root, from, to *html.Node) bool {
	if to == nil || to.Parent == from {
		return false
	}
	for p := from; p != nil && p != root && p != to.Parent; p = p.Parent {
		if p.Type == html.ElementNode && block(p) {
			return true
		}
	}
	return false
}

func (w *walker) endPart() {
	if len(w.buf) == 0 {
		w.space = false
		return
	}
	w.endLine()
	l := w.lines[len(w.lines)-1]
	w.lines = w.lines[:len(w.lines)-1]
	w.cellParts = append(w.cellParts, l.text)
}

// after gives the node after the whole of n, or nil.
func after(root, n *html.Node) *html.Node {
	for n != root {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		n = n.Parent
	}
	return nil
}

func filled(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return true
		}
	}
	return false
}
