// Package fetch makes one safe HTTP GET.
//
// Every connection is checked against the special-purpose address registries
// after the name was resolved, so no answer of a name server and no redirect
// leads into a private network. Everything a server can stretch is bounded:
// header, body on the wire, decoded body, nested encodings, every phase's time
// and the body's rate. Whatever happens has a Kind with a class and a hint.
//
// One call puts at most one request on the wire. Redirects are reported, not
// followed; Hops bounds a chain of them. Robots rules, pacing and retries are
// the caller's. No proxy is taken from the environment: it would connect where
// the check cannot see. No cookies are kept, no referrer is sent.
package fetch
