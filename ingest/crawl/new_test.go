package crawl

import (
	"strings"
	"testing"
	"time"

	"careerstream/ingest/fetch"
	"careerstream/ingest/frontier"
	"careerstream/schemas/fault"
)

func TestNewNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := New(Config{
		Delay: -time.Second, Factor: -1, Hosts: 2000, Settlers: 65, MaxTries: -1, RetireAfter: -2, LeaseTTL: time.Millisecond,
		Patience: -time.Minute, Breaker: frontier.BreakerConfig{Initial: time.Hour, Max: time.Minute},
	}, Deps{})
	for _, want := range []string{
		"user agent", "delay is -1s", "factor is -1", "2000", "65", "tries is -1", "retirement is -2", "lease is 1ms", "patience is -1m", "breaker",
		"Frontier", "States", "Bodies", "Publisher", "Last", "DeadLetters", "Pages",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New = %v, want it to name %s", err, want)
		}
	}
}

func TestPlanNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := newPlan(Spec{Sources: []string{"ftp://a/", "careers.html"}, Options: Options{Follow: []string{"("}, MaxPages: -1}})
	for _, want := range []string{"ftp://a/", "careers.html", `"("`, "-1 pages"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("newPlan = %v, want it to name %s", err, want)
		}
	}
	if _, err := newPlan(Spec{}); err == nil {
		t.Error("a plan without a source is made")
	}
	one, err := newPlan(Spec{Sources: []string{"https://A.example/x"}})
	if err != nil || one.followed() != "a.example" || !one.covers("a.example") || one.covers("b.example") {
		t.Errorf("plan %+v, %v", one, err)
	}
	two, err := newPlan(Spec{Sources: []string{"https://A.example/x"}, Options: Options{MaxDepth: 2}})
	if err != nil || two.hash == one.hash {
		t.Errorf("other options are the same run: %v", err)
	}
}

// Every outcome of a request has a fault kind, and one that may pass is not
// called poison.
func TestFaultOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, row := range fetch.Table() {
		kind := faultOf(row.Kind)
		if kind == fault.BadResponse {
			switch row.Kind {
			case fetch.OK, fetch.NotModified, fetch.Redirect, fetch.ClientError, fetch.UnexpectedStatus, fetch.Truncated, fetch.Protocol, fetch.Canceled:
			default:
				t.Errorf("%s is a %s", row.Kind, kind)
			}
		}
		if ofHost(row.Kind) && kind.Info().Class == fault.Poison && kind != fault.TLSFailed {
			t.Errorf("%s is the host's trouble and poison", row.Kind)
		}
	}
}
