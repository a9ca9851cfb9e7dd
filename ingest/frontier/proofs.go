package frontier

// provenAfter is how many proofs of each kind make a site's lastmod trusted.
const provenAfter = 10

// Proofs tell whether a site's <lastmod> can be believed. Only whole bodies
// prove anything.
type Proofs struct {
	// Changed counts pages whose new lastmod came with new content.
	Changed int `json:"changed"`
	// Same counts pages whose old lastmod came with the content known.
	Same int `json:"same"`
}

// Saw counts a visit whose lastmod said that the page changed since the last
// one, or not, and whose body showed whether it did. One lie undoes all proofs.
func (p *Proofs) Saw(saidChanged, changed bool) {
	switch {
	case saidChanged != changed:
		*p = Proofs{}
	case changed:
		p.Changed = min(p.Changed+1, provenAfter)
	default:
		p.Same = min(p.Same+1, provenAfter)
	}
}

// Proven reports whether an old lastmod may stand for a visit.
func (p Proofs) Proven() bool { return p.Changed >= provenAfter && p.Same >= provenAfter }
