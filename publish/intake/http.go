package intake

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"careerstream/schemas/fault"
	"careerstream/schemas/outcome"
)

// Defaults of Config.
const (
	DefaultMaxBody = 8 << 20
	DefaultRate    = 5000
	DefaultBurst   = 20_000
)

// Config of the HTTP intake.
type Config struct {
	// Token that a client sends as "Authorization: Bearer TOKEN". Without one the
	// intake is off.
	Token string
	// MaxBody bounds a request, in bytes; default DefaultMaxBody.
	MaxBody int64
	// MaxOutcome bounds one outcome, in bytes: what the broker takes.
	MaxOutcome int
	// Rate of outcomes a second over all clients, and Burst at once.
	Rate, Burst int
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Handler serves POST /v1/outcomes. It is safe for concurrent use.
type Handler struct {
	cfg     Config
	to      Publisher
	limiter *rate.Limiter
}

// New makes a handler.
func New(cfg Config, to Publisher) (*Handler, error) {
	cfg.MaxBody = cmp.Or(cfg.MaxBody, DefaultMaxBody)
	cfg.Rate, cfg.Burst = cmp.Or(cfg.Rate, DefaultRate), cmp.Or(cfg.Burst, DefaultBurst)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxBody < 1 || cfg.MaxOutcome < 1 || cfg.Rate < 1 || cfg.Burst < 1 {
		return nil, fmt.Errorf("configure intake: body %d, outcome %d, rate %d, burst %d: want positive", cfg.MaxBody, cfg.MaxOutcome, cfg.Rate, cfg.Burst)
	}
	return &Handler{cfg: cfg, to: to, limiter: rate.NewLimiter(rate.Limit(cfg.Rate), cfg.Burst)}, nil
}

// ServeHTTP answers 202 with a Result once the broker has every outcome that is
// not refused, 422 where all are refused, and problems (RFC 9457) otherwise.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		fail(w, http.StatusMethodNotAllowed, "method not allowed", "outcomes are sent by POST")
		return
	}
	if h.cfg.Token == "" {
		fail(w, http.StatusForbidden, "intake is off", "start careerstream up with --write-token to take outcomes over HTTP")
		return
	}
	if !h.allowed(r) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="careerstream"`)
		fail(w, http.StatusUnauthorized, "wrong or no token", "send Authorization: Bearer TOKEN with the token of --write-token")
		return
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	single := media == "application/json" || media == "application/cloudevents+json"
	if lines := media == "application/x-ndjson" || media == "application/jsonl"; err != nil || (!single && !lines) {
		fail(w, http.StatusUnsupportedMediaType, "unknown content type", "send application/json, application/cloudevents+json or application/x-ndjson")
		return
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		// RFC 9110, sections 12.5.3 and 15.5.16.
		w.Header().Set("Accept-Encoding", "identity")
		fail(w, http.StatusUnsupportedMediaType, "content is encoded", fmt.Sprintf("send outcomes without Content-Encoding %q", encoding))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.cfg.MaxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		h.tooLarge(w, fmt.Sprintf("a request may have %d bytes; send fewer outcomes at once", large.Limit))
		return
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "request ended early", err.Error())
		return
	}
	n := 1
	if !single {
		n = bytes.Count(body, []byte("\n")) + 1
	}
	if n > h.cfg.Burst {
		h.tooLarge(w, fmt.Sprintf("a request may have %d outcomes", h.cfg.Burst))
		return
	}
	if reservation := h.limiter.ReserveN(time.Now(), n); reservation.Delay() > 0 {
		wait := reservation.Delay()
		reservation.Cancel()
		retryAfter(w, wait)
		fail(w, http.StatusTooManyRequests, "too many outcomes", fmt.Sprintf("%d a second are taken; repeat the request later", h.cfg.Rate))
		return
	}
	if single {
		body = bytes.TrimPrefix(body, []byte(byteOrderMark))
		h.one(w, r, body)
		return
	}
	result, err := Lines(r.Context(), bytes.NewReader(body), h.to, h.cfg.MaxOutcome, h.cfg.Now, nil)
	h.answer(w, result, err)
}

func (h *Handler) one(w http.ResponseWriter, r *http.Request, body []byte) {
	var reader outcome.Reader
	var err error
	var row *outcome.Row
	if len(body) > h.cfg.MaxOutcome {
		err = fault.New(fault.EventTooLarge, "outcome is over %d bytes", h.cfg.MaxOutcome)
	} else {
		row, err = reader.Read(r.Header, body, h.cfg.Now())
	}
	if err != nil {
		write(w, unprocessable, "application/problem+json", problemOf(err, 0))
		return
	}
	result := Result{Lines: 1, Accepted: 1, Problems: []Problem{}}
	result.Repeated, err = h.to.PublishOutcomes(r.Context(), []Message{{row.UUID(), body}})
	h.answer(w, result, err)
}

func (h *Handler) answer(w http.ResponseWriter, result Result, err error) {
	switch {
	case err != nil:
		retryAfter(w, time.Second)
		fail(w, http.StatusServiceUnavailable, fault.KindOf(err).Info().Label, "some outcomes may not be stored; repeat the whole request, which stores none twice")
	case result.Accepted == 0 && result.Refused > 0:
		write(w, unprocessable, "application/problem+json", struct {
			Type   string `json:"type"`
			Title  string `json:"title"`
			Status int    `json:"status"`
			Result
		}{"urn:careerstream:fault:" + string(fault.SchemaViolation), "every outcome is refused", unprocessable, result})
	default:
		write(w, http.StatusAccepted, "application/json", result)
	}
}

func (h *Handler) tooLarge(w http.ResponseWriter, detail string) {
	retryAfter(w, time.Second)
	fail(w, http.StatusRequestEntityTooLarge, "request too large", detail)
}

// allowed compares digests, so that the time tells nothing of the token.
func (h *Handler) allowed(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(h.cfg.Token)), sha256.Sum256([]byte(strings.TrimSpace(token)))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

func retryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int((wait+time.Second-1)/time.Second))))
}

func fail(w http.ResponseWriter, status int, title, detail string) {
	write(w, status, "application/problem+json", Problem{Type: "about:blank", Title: title, Status: status, Detail: detail})
}

func write(w http.ResponseWriter, status int, media string, v any) {
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone needs no answer
}
