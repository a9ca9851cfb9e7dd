package robots

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// MaxBytes is how much of a robots.txt is read; the rest is ignored. RFC 9309
// section 2.5 asks for at least 500 KiB, Google has the same limit.
const MaxBytes = 500 << 10

// MaxWarnings is how many warnings a File keeps before a last one that counts
// the others.
const MaxWarnings = 50

// File is a parsed robots.txt. It does not change after Parse and may be used by
// several goroutines at once. The zero File allows everything.
type File struct {
	// Warnings name lines that are malformed or were read with leniency, as
	// "line 3: reason", at most MaxWarnings and one that counts the rest.
	Warnings []string

	groups []*group
	// byAgent holds the groups of each lower-case product token, "*" too.
	byAgent  map[string][]*group
	delays   map[string]time.Duration
	sitemaps []string
}

// group is a set of rules that the agents before it share (RFC 9309 section 2.2).
type group struct {
	agents []string
	rules  []rule
}

// parser is the state between lines.
type parser struct {
	file    *File
	line    int
	dropped int
	current *group
	// open says that further user-agent lines join the current group.
	open bool
	// run are the agents that a Crawl-delay line speaks of: those named since
	// the last such line. "a, delay 1, b, delay 9" is one group of rules, but
	// nobody who writes it means one delay.
	run     []string
	delayed bool
	known   map[string]bool
}

// Parse reads a robots.txt, whatever it holds. body is not kept.
func Parse(body []byte) *File {
	p := &parser{
		file:  &File{byAgent: map[string][]*group{}, delays: map[string]time.Duration{}},
		known: map[string]bool{},
	}
	whole := len(body)
	if whole > MaxBytes {
		body = cutLine(body)
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	for len(body) > 0 {
		var line []byte
		line, body = nextLine(body)
		p.line++
		p.readLine(string(line))
	}
	if whole > MaxBytes {
		p.line++
		p.warn("the file has %d bytes; what follows byte %d is ignored", whole, MaxBytes)
	}
	for _, g := range p.file.groups {
		sortRules(g.rules)
	}
	if p.dropped > 0 {
		p.file.Warnings = append(p.file.Warnings, fmt.Sprintf("and %d more warnings", p.dropped))
	}
	return p.file
}

// cutLine cuts body at the limit and drops the line that the limit splits: half
// a path would be a rule that nobody wrote.
func cutLine(body []byte) []byte {
	if isEOL(body[MaxBytes]) {
		return body[:MaxBytes]
	}
	body = body[:MaxBytes]
	return body[:bytes.LastIndexAny(body, "\r\n")+1]
}

func isEOL(b byte) bool { return b == '\r' || b == '\n' }

// nextLine splits off a line that ends in CR, LF or CRLF (RFC 9309 section 2.2, EOL).
func nextLine(body []byte) (line, rest []byte) {
	i := bytes.IndexAny(body, "\r\n")
	if i < 0 {
		return body, nil
	}
	line, rest = body[:i], body[i+1:]
	if body[i] == '\r' && len(rest) > 0 && rest[0] == '\n' {
		rest = rest[1:]
	}
	return line, rest
}

func (p *parser) warn(format string, args ...any) {
	if len(p.file.Warnings) >= MaxWarnings {
		p.dropped++
		return
	}
	p.file.Warnings = append(p.file.Warnings, fmt.Sprintf("line %d: ", p.line)+fmt.Sprintf(format, args...))
}

// readLine reads one line: key, colon, value, and perhaps a comment.
func (p *parser) readLine(line string) {
	line, _, _ = strings.Cut(line, "#")
	line = strings.Trim(line, " \t\v\f\x00")
	if line == "" {
		return
	}
	key, value, ok := strings.Cut(line, ":")
	if !ok {
		// Google reads "Disallow /path" as two words without a colon
		// (github.com/google/robotstxt, robots.cc, GetKeyAndValueFrom).
		words := strings.Fields(line)
		if len(words) != 2 || keyOf(words[0]) == otherKey {
			p.warn("no colon in %s", show(line))
			return
		}
		key, value = words[0], words[1]
		p.warn("no colon in %s; read as if there were one", show(line))
	}
	p.record(strings.TrimSpace(key), strings.TrimSpace(value))
}

func (p *parser) record(name, value string) {
	k := keyOf(name)
	if k != otherKey && !p.known[name] {
		p.known[name] = true
		if !spelled(name) {
			p.warn("%s is read as %s", show(name), k)
		}
	}
	switch k {
	case agentKey:
		p.agent(value)
	case allowKey, disallowKey:
		p.rule(k == allowKey, value)
	case delayKey:
		p.delay(value)
	case sitemapKey:
		p.sitemap(value)
	}
}

// agent begins a group or adds an agent to it.
func (p *parser) agent(value string) {
	token := productToken(value)
	if token == "" {
		p.warn("user-agent %s is no product token", show(value))
		// The group still begins: its rules are somebody else's.
		token = "\x00"
	}
	if p.current == nil || !p.open {
		p.current = &group{}
		p.file.groups = append(p.file.groups, p.current)
		p.open = true
		p.run = nil
	}
	if p.delayed {
		p.run, p.delayed = nil, false
	}
	p.run = append(p.run, token)
	p.current.agents = append(p.current.agents, token)
	all := p.file.byAgent[token]
	if len(all) == 0 || all[len(all)-1] != p.current {
		p.file.byAgent[token] = append(all, p.current)
	}
}

func (p *parser) rule(allow bool, value string) {
	if p.current == nil {
		p.warn("a rule before the first user-agent line is nobody's")
		return
	}
	p.open = false
	if value == "" {
		return // an empty pattern matches nothing (RFC 9309 section 2.2, empty-pattern)
	}
	if value[0] != '/' && value[0] != '*' && value[0] != '$' {
		p.warn("path %s begins with neither / nor *, so it matches nothing", show(value))
		return
	}
	p.current.rules = append(p.current.rules, newRule(allow, value, p.line))
}

// show quotes what a site wrote, cut to a bearable length.
func show(s string) string {
	const limit = 60
	if len(s) > limit {
		return fmt.Sprintf("%q...", s[:limit])
	}
	return fmt.Sprintf("%q", s)
}
