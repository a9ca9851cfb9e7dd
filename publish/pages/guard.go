package pages

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// cookieName of the login.
const cookieName = "careerstream_admin"

// Logins are taken at this pace, over all clients: a token cannot be guessed.
const (
	loginsASecond = 1
	loginsAtOnce  = 10
)

// guard knows who may act. A login is a cookie with its end and an HMAC of it under
// a key made from the admin token, so that it outlives a restart, and ends with
// the token. It is safe for concurrent use.
type guard struct {
	cfg     Config
	key     [sha256.Size]byte
	limiter *rate.Limiter
	origin  *http.CrossOriginProtection
}

func newGuard(cfg Config) *guard {
	return &guard{
		cfg: cfg, key: sha256.Sum256([]byte("careerstream pages\x00" + cfg.AdminToken + "\x00" + cfg.ReadToken)),
		limiter: rate.NewLimiter(loginsASecond, loginsAtOnce), origin: http.NewCrossOriginProtection(),
	}
}

// admin is what the layout and the forms know of the reader.
type admin struct {
	// Offered says that an admin token is configured, In that the reader has shown
	// it, Reader that the reader may read.
	Offered, In, Reader bool
	// Out says that there is something to log in to, and the reader is not.
	Out bool
	// Form is the secret of forms, which another site cannot know.
	Form string
}

// Roles that a token gives.
const (
	asAdmin  = "admin"
	asReader = "reader"
)

func (g *guard) look(r *http.Request) admin {
	a := admin{Offered: g.cfg.AdminToken != "", Reader: g.cfg.ReadToken == ""}
	role := ""
	if cookie, err := r.Cookie(cookieName); err == nil {
		if role = g.role(cookie.Value); role != "" {
			a.In, a.Reader, a.Form = role == asAdmin, true, g.sign("form", cookie.Value)
		}
	}
	a.Out = role == "" && (a.Offered || g.cfg.ReadToken != "")
	return a
}

// role that a cookie stands for, "" for one that is not ours or has ended.
func (g *guard) role(cookie string) string {
	end, sum, _ := strings.Cut(cookie, ".")
	seconds, err := strconv.ParseInt(end, 10, 64)
	if err != nil || !g.cfg.Now().Before(time.Unix(seconds, 0)) {
		return ""
	}
	for role, token := range map[string]string{asAdmin: g.cfg.AdminToken, asReader: g.cfg.ReadToken} {
		if token != "" && subtle.ConstantTimeCompare([]byte(sum), []byte(g.sign(role, end))) == 1 {
			return role
		}
	}
	return ""
}

func (g *guard) sign(use, text string) string {
	mac := hmac.New(sha256.New, g.key[:])
	mac.Write([]byte(use + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// grant is the role that a token gives, or "". It compares digests, so that the
// time tells nothing of the token.
func (g *guard) grant(token string) string {
	got, role := sha256.Sum256([]byte(strings.TrimSpace(token))), ""
	for name, want := range map[string]string{asReader: g.cfg.ReadToken, asAdmin: g.cfg.AdminToken} {
		sum := sha256.Sum256([]byte(want))
		if subtle.ConstantTimeCompare(sum[:], got[:]) == 1 && want != "" && role != asAdmin {
			role = name
		}
	}
	return role
}

func (g *guard) cookie(r *http.Request, role string) *http.Cookie {
	end := strconv.FormatInt(g.cfg.Now().Add(g.cfg.Session).Unix(), 10)
	return &http.Cookie{
		Name: cookieName, Value: end + "." + g.sign(role, end), Path: "/", MaxAge: int(g.cfg.Session.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	}
}

// maxForm bounds a form, in bytes.
const maxForm = 64 << 10

// admin lets a handler of a form run only for a reader who is logged in, and for a
// form of ours.
func (p *Pages) admin(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		a := p.guard.look(r)
		switch {
		case !a.Offered:
			p.fail(w, r, trouble{Status: http.StatusForbidden, Title: "Actions are off", Text: "Start careerstream up with --admin-token to release, reject and redrive here."})
		case p.guard.origin.Check(r) != nil:
			p.fail(w, r, trouble{Status: http.StatusForbidden, Title: "The form came from another site", Text: "Nothing was done. Open the page here and repeat it."})
		case !a.In:
			p.fail(w, r, trouble{Status: http.StatusUnauthorized, Title: "Please log in first", Text: "Nothing was done: the login is missing or has ended."})
		case subtle.ConstantTimeCompare([]byte(r.PostFormValue("form")), []byte(a.Form)) != 1:
			p.fail(w, r, trouble{Status: http.StatusForbidden, Title: "The form is out of date", Text: "Nothing was done. Go back, reload the page and repeat it."})
		default:
			next(w, r)
		}
	}
}

// loginPage is the login form.
type loginPage struct {
	Next, Problem string
}

func (p *Pages) loginForm(w http.ResponseWriter, r *http.Request) {
	p.render(w, r, http.StatusOK, "login", view{Title: "Log in", Nav: "/login", Page: loginPage{Next: local(r.URL.Query().Get("next"))}})
}

func (p *Pages) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	page := loginPage{Next: local(r.PostFormValue("next"))}
	status, role := http.StatusUnauthorized, p.guard.grant(r.PostFormValue("token"))
	switch {
	case p.cfg.AdminToken == "" && p.cfg.ReadToken == "":
		status = http.StatusForbidden
	case p.guard.origin.Check(r) != nil:
		status, page.Problem = http.StatusForbidden, "The form came from another site. Log in here."
	case !p.guard.limiter.Allow():
		status, page.Problem = http.StatusTooManyRequests, "Too many logins at once. Wait a few seconds and repeat it."
		w.Header().Set("Retry-After", "5")
	case role == "":
		page.Problem = "That is not a token that lets in."
	default:
		http.SetCookie(w, p.guard.cookie(r, role))
		http.Redirect(w, r, page.Next, http.StatusSeeOther)
		return
	}
	p.render(w, r, status, "login", view{Title: "Log in", Nav: "/login", Page: page})
}

// logout needs no secret of a form: the cookie itself is not sent by other sites.
func (p *Pages) logout(w http.ResponseWriter, r *http.Request) {
	if p.guard.origin.Check(r) == nil {
		http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// local is an address of ours to go to, or the first page.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
