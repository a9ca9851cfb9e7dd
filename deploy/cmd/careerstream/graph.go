package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"careerstream/deploy/app"
	"careerstream/schemas/career"
	"careerstream/schemas/stream"
)

// maxGraph bounds the careers that one graph reads.
const maxGraph = 5000

// graphNode is a career with its edges.
type graphNode struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	// Status is career.Active or career.Retired.
	Status string `json:"status"`
	// Edges in the order of the record.
	Edges []graphEdge `json:"edges"`
}

// graphEdge is a relation and the career at its other end.
type graphEdge struct {
	career.Relation
	// Node is that career, where the depth allows; nil also where the tree shows
	// it elsewhere, which Seen tells.
	Node *graphNode `json:"node,omitempty"`
	Seen bool       `json:"seen,omitempty"`
}

// graphOf reads the published careers around slug up to a depth, breadth first,
// so that each stands where it is nearest. Cycles end at what was seen.
func graphOf(ctx context.Context, engines *app.Engines, slug string, depth int) (*graphNode, error) {
	bucket := engines.Broker.Bucket(stream.Careers)
	read := func(slug string) (*graphNode, error) {
		value, _, err := bucket.Get(ctx, slug)
		if err != nil || value == nil {
			return nil, err
		}
		var p career.Published
		if err := decodePublished(value, &p); err != nil {
			return nil, err
		}
		node := &graphNode{Slug: p.Record.Slug, Name: p.Record.Name, Status: p.Record.Status(), Edges: []graphEdge{}}
		for _, relation := range p.Record.Relations {
			node.Edges = append(node.Edges, graphEdge{Relation: relation})
		}
		return node, nil
	}
	root, err := read(slug)
	if err != nil || root == nil {
		return nil, err
	}
	seen := map[string]bool{slug: true}
	for level := []*graphNode{root}; len(level) > 0; depth-- {
		var next []*graphNode
		for _, node := range level {
			for i := range node.Edges {
				edge := &node.Edges[i]
				edge.Seen = seen[edge.Career]
				if edge.Career == "" || edge.Seen || depth == 0 || len(seen) >= maxGraph {
					continue
				}
				seen[edge.Career] = true
				if edge.Node, err = read(edge.Career); err != nil {
					return nil, err
				}
				if edge.Node != nil {
					next = append(next, edge.Node)
				}
			}
		}
		level = next
	}
	return root, nil
}

// printGraph prints the graph as a tree, a line an edge: its kind, the name on the
// page, what that means with which confidence and by what method, and where it
// stands. Names that mean no career are shown of the first one alone; an arrow
// says that the tree shows the career elsewhere.
func printGraph(w io.Writer, root *graphNode) error {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s  (%s)%s\n", text.Bold.Sprint(root.Name), root.Slug, retiredMark(root))
	printEdges(b, root, "")
	_, err := io.WriteString(w, b.String())
	return err
}

func printEdges(b *strings.Builder, node *graphNode, indent string) {
	edges := slices.DeleteFunc(slices.Clone(node.Edges), func(e graphEdge) bool { return e.Career == "" && indent != "" })
	for i, edge := range edges {
		branch, below := "├─ ", "│  "
		if i == len(edges)-1 {
			branch, below = "└─ ", "   "
		}
		b.WriteString(indent + branch + edgeLine(edge) + "\n")
		if edge.Node != nil {
			printEdges(b, edge.Node, indent+below)
		}
	}
}

func edgeLine(edge graphEdge) string {
	line := edge.Kind + " "
	if edge.Career == "" {
		return line + edge.Name + "  " + text.Faint.Sprintf("[%s; %s]", edge.Why, edge.Evidence)
	}
	line += text.Bold.Sprint(edge.Career)
	if edge.Node != nil {
		line += retiredMark(edge.Node)
	}
	if edge.Name != edge.Career {
		line += fmt.Sprintf("  %q", edge.Name)
	}
	line += text.Faint.Sprintf("  [%.2f by %s; %s]", edge.Confidence, edge.Method, edge.Evidence)
	if edge.Seen {
		line += "  ↑"
	}
	return line
}

func retiredMark(node *graphNode) string {
	if node.Status == career.Retired {
		return " (retired)"
	}
	return ""
}
