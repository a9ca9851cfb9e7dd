package main

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"careerstream/deploy/broker"
	"careerstream/deploy/datadir"
	"careerstream/deploy/sample"
	"careerstream/schemas/career"
	"careerstream/schemas/event"
	"careerstream/schemas/subject"
)

// webToken is the admin token of the tests.
const webToken = "a-token-of-the-tests"

// startWeb runs everything on the sample pages, one page that is none, some
// outcomes and a record that is held, and returns the address of the pages.
func startWeb(t *testing.T) string {
	t.Helper()
	folder, data := t.TempDir(), t.TempDir()
	if err := os.CopyFS(folder, sample.Site()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "careers", "lunch.txt"), []byte("Soup today.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := startUp(t, data, "--admin-token", webToken)
	_ = runProgram(t, "", "ingest", "--data", data, "--json", folder) // fails for the lunch
	mustRun(t, "quiz", "simulate", "--data", data, "--outcomes", "3000", "--days", "20", "--seed", "1")
	mustRun(t, "report", "leaderboard", "--data", data)
	endpoint, _, err := datadir.Dir(data).Endpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.waitFor("readiness", 30*time.Second, func() bool { ok, _ := p.ready(); return ok })
	holdPlumber(t, endpoint.NATS)
	return endpoint.Web
}

// holdPlumber publishes that a record of the plumber without its questions is
// kept back.
func holdPlumber(t *testing.T, address string) {
	t.Helper()
	conn, err := broker.Connect(t.Context(), broker.ConnectConfig{URL: address, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	m, ok, err := conn.Last(t.Context(), subject.Published("plumber"))
	if err != nil || !ok {
		t.Fatalf("last version of the plumber: %v, %v", ok, err)
	}
	last, err := event.Data[career.Published](m)
	if err != nil {
		t.Fatal(err)
	}
	bad := last.Record
	bad.FAQs, bad.Duties = nil, slices.Clone(bad.Duties[:3])
	bad.Duties[0].Text = "Accept cookies to go on. " + bad.Duties[0].Text
	sum, err := bad.ContentSHA256()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	bad.FillLists()
	e, err := event.New("/careerstream/gate", event.RecordHeld, "plumber", career.Held{
		Slug: "plumber", State: career.HeldBack, Record: &bad, Basis: career.Basis{Snapshot: last.Basis.Snapshot + 1, Catalog: last.Basis.Catalog + 1}, ContentSHA256: sum,
		Version: last.Record.Version, URL: bad.Source.URL, Site: bad.Source.Site, TemplateBefore: "a", TemplateAfter: "b",
		Reasons: []career.Reason{{Rule: "section-lost", Field: "faqs", Text: "All questions are gone."}}, Since: now, At: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	e.ID, e.Time = event.ID("held", "plumber", sum), now
	if _, _, err := conn.Publish(t.Context(), event.Out{Subject: subject.Held("plumber"), Event: e}); err != nil {
		t.Fatal(err)
	}
}

// webPages are the pages with what has to be on them.
var webPages = []struct{ name, path, text string }{
	{"overview", "/", "What came in"}, {"catalog", "/catalog", "Dental Hygienist"}, {"career", "/careers/plumber", "Facts, and where each came from"},
	{"version", "/careers/plumber?version=1", "Versions"}, {"trends", "/trends", "Leaderboard"}, {"held", "/held", "All questions are gone."},
	{"compare", "/held/plumber", "Side by side"}, {"dead", "/dead", "lunch.txt"}, {"letter", "/dead/1", "Process it again"}, {"login", "/login", "Token"},
}

func TestWebPagesInABrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	web := startWeb(t)
	for width, scheme := range map[int]string{1280: "light", 360: "dark"} {
		b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}, nil)
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
		for _, page := range webPages {
			b.open(web + page.path)
			b.checkPage(web, page.path, page.text, scheme)
			b.shoot(page.name, scheme, width)
		}
	}
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": "dark"}}}, nil)
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.catalogByKeyboard(web)
	b.graphByKeyboard(web)
	b.trendsByKeyboard(web)
	b.releaseByKeyboard(web)
	b.redriveByKeyboard(web)
	b.renewal(web)
}

func (b *browser) checkPage(web, path, text, scheme string) {
	b.t.Helper()
	for _, complaint := range b.complaints() {
		b.t.Errorf("%s: %s", path, complaint)
	}
	for _, request := range b.requests() {
		if !strings.HasPrefix(request, web+"/") {
			b.t.Errorf("%s asks for %s", path, request)
		}
	}
	var page struct {
		Text       string
		Over       int
		Background string
		Small      []string
	}
	b.eval(`({Text: document.querySelector("main").innerText, Over: document.documentElement.scrollWidth - innerWidth,
		Background: getComputedStyle(document.body).backgroundColor,
		Small: [...document.querySelectorAll("button, nav a, input:not([type=hidden]):not([type=checkbox]), select")].filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)})`, &page)
	if !strings.Contains(page.Text, text) {
		b.t.Errorf("%s does not say %q:\n%.600s", path, text, page.Text)
	}
	if page.Over > 0 {
		b.t.Errorf("%s is %d pixels wider than the window", path, page.Over)
	}
	if light := page.Background == "rgb(246, 247, 249)"; light != (scheme == "light") {
		b.t.Errorf("%s: background %s in %s", path, page.Background, scheme)
	}
	// WCAG 2.2, success criterion 2.5.8.
	for _, target := range page.Small {
		b.t.Errorf("%s: target under 24 pixels: %s", path, target)
	}
}

// shoot keeps a picture of the page for people where they ask for it.
func (b *browser) shoot(name, scheme string, width int) {
	b.t.Helper()
	folder := os.Getenv("CAREERSTREAM_SCREENSHOTS")
	if folder == "" {
		return
	}
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+"-"+scheme+map[bool]string{true: "-phone"}[width < 500]+".png"), data, 0o644)
	}
	if err != nil {
		b.t.Error(err)
	}
}

// press presses and releases a key.
func (b *browser) press(key string) {
	b.t.Helper()
	code := map[string]int{"Tab": 9, "Enter": 13, " ": 32}[key]
	text := map[string]string{"Enter": "\r", " ": " "}[key]
	down := map[string]any{"type": "keyDown", "key": key, "windowsVirtualKeyCode": code}
	if text != "" {
		down["text"] = text
	}
	b.call("Input.dispatchKeyEvent", down, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}, nil)
}

// tabTo presses Tab until what matches the selector has the focus, and checks that
// every stop on the way can be seen.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	name, _ := json.Marshal(selector)
	for range 150 {
		b.press("Tab")
		var at struct {
			There, Seen bool
			What        string
		}
		b.eval(`(e => ({There: e.matches(`+string(name)+`), What: e.outerHTML.slice(0, 200), Seen: e === document.body || getComputedStyle(e).outlineStyle !== "none"}))(document.activeElement)`, &at)
		if !at.Seen {
			b.t.Errorf("the focus cannot be seen on %s", at.What)
		}
		if at.There {
			return
		}
	}
	b.t.Fatalf("the keyboard does not reach %s", selector)
}

// enter presses Enter and waits for the page that it leads to.
func (b *browser) enter() string {
	b.t.Helper()
	for len(b.loaded) > 0 {
		<-b.loaded
	}
	b.press("Enter")
	select {
	case <-b.loaded:
	case <-time.After(60 * time.Second):
		b.t.Fatal("Enter leads nowhere")
	}
	var at string
	b.eval("location.pathname + location.search", &at)
	return at
}

func (b *browser) fill(text string) {
	b.t.Helper()
	b.call("Input.insertText", map[string]any{"text": text}, nil)
}

// catalogByKeyboard finds a career and reads an old version of it.
func (b *browser) catalogByKeyboard(web string) {
	b.t.Helper()
	b.open(web + "/catalog")
	b.tabTo("a.skip")
	b.tabTo("#q")
	b.fill("plumb")
	if at, err := url.Parse(b.enter()); err != nil || at.Query().Get("q") != "plumb" {
		b.t.Fatalf("search leads to %v", at)
	}
	b.tabTo("a[href='/careers/plumber']")
	if at := b.enter(); at != "/careers/plumber" {
		b.t.Fatalf("career leads to %s", at)
	}
	b.tabTo("a[href='#versions']")
	b.press("Enter")
	b.tabTo("a[href='/careers/plumber?version=1']")
	if at := b.enter(); at != "/careers/plumber?version=1" {
		b.t.Fatalf("version leads to %s", at)
	}
}

// graphByKeyboard follows a link of a drawing, as it is for a page and for a phone.
func (b *browser) graphByKeyboard(web string) {
	b.t.Helper()
	for width, drawing := range map[int]string{1280: "middle", 360: "narrow"} {
		b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
		b.open(web + "/careers/plumber#related")
		b.tabTo("figure.graph svg." + drawing + " a[href='/careers/welder']")
		if at := b.enter(); at != "/careers/welder" {
			b.t.Errorf("the graph leads to %s", at)
		}
		var both int
		b.eval(`[...document.querySelectorAll("figure svg.chart")].filter(e => e.getBoundingClientRect().width > 0 && !e.classList.contains("`+drawing+`")).length`, &both)
		if both > 0 {
			b.t.Errorf("%d drawings for another width are shown at %d pixels", both, width)
		}
	}
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
}

// trendsByKeyboard picks a career and sees its charts alone.
func (b *browser) trendsByKeyboard(web string) {
	b.t.Helper()
	b.open(web + "/trends")
	b.tabTo("input[type=checkbox]")
	b.press(" ")
	var slug string
	b.eval("document.activeElement.value", &slug)
	b.tabTo("main button")
	if at := b.enter(); !strings.Contains(at, "career="+slug) {
		b.t.Fatalf("the form leads to %s, want career %s in it", at, slug)
	}
	var charts int
	b.eval(`document.querySelectorAll("figure svg.wide[role=img]").length`, &charts)
	if charts < 4 {
		b.t.Errorf("%d charts of one career", charts)
	}
}

// releaseByKeyboard logs in and releases the held record.
func (b *browser) releaseByKeyboard(web string) {
	b.t.Helper()
	b.open(web + "/held/plumber")
	b.tabTo("main a.button")
	b.enter()
	b.tabTo("#token")
	b.fill(webToken)
	if at := b.enter(); at != "/held/plumber" {
		b.t.Fatalf("login leads to %s", at)
	}
	b.shoot("decide", "dark", 1280)
	b.tabTo("#note")
	b.fill("the page is right")
	b.tabTo("button[value=released]")
	if at := b.enter(); at != "/held?career=plumber&done=released" {
		b.t.Fatalf("release leads to %s", at)
	}
	var text string
	b.eval(`document.querySelector("main").innerText`, &text)
	if !strings.Contains(text, "plumber was released") || !strings.Contains(text, "the page is right") {
		b.t.Errorf("after the release the page says %.400s", text)
	}
}

// redriveByKeyboard orders a dead message, while logged in.
func (b *browser) redriveByKeyboard(web string) {
	b.t.Helper()
	b.open(web + "/dead/1")
	b.tabTo("main form button")
	if at := b.enter(); at != "/dead/1?ordered=1" {
		b.t.Fatalf("redrive leads to %s", at)
	}
	// It is no better than before, so a newer letter takes its place.
	var newer bool
	b.eval(`(async () => {
		for (let i = 0; i < 100; i++) {
			const page = await (await fetch("/dead")).text();
			if (page.includes('href="/dead/2"')) return true;
			await new Promise(done => setTimeout(done, 100));
		}
		return false;
	})()`, &newer)
	if !newer {
		b.t.Error("nothing came of the redrive")
	}
}

// renewal waits until the overview has renewed itself.
func (b *browser) renewal(web string) {
	b.t.Helper()
	b.open(web + "/")
	var renewed bool
	b.eval(`new Promise(done => document.querySelector("[data-live]").addEventListener("renewed", () => done(document.querySelector("#lag") !== null)))`, &renewed)
	if !renewed {
		b.t.Error("the renewed overview is not whole")
	}
	b.checkPage(web, "/", "What came in", "dark")
}

// TestWebPagesOutliveClickHouse: careers are served, reports say since when they are
// missing, and come back by themselves.
func TestWebPagesOutliveClickHouse(t *testing.T) {
	t.Parallel()
	server := startClickHouse(t, t.TempDir(), "", clickHousePassword)
	p := startPipeline(t, server.dsn())
	p.ingest(3)
	p.allStored()
	career := regexp.MustCompile(`/careers/[a-z0-9-]+`).FindString(p.page("/catalog", http.StatusOK))
	if career == "" {
		t.Fatal("the catalog lists no career")
	}
	const missing = "Unavailable since"
	server.kill()
	p.waitFor("a report that says it is missing", 30*time.Second, func() bool { return strings.Contains(p.page("/trends", http.StatusOK), missing) })
	for _, path := range []string{"/", career, career + "?version=1", "/catalog", "/held", "/dead"} {
		started := time.Now()
		p.page(path, http.StatusOK)
		t.Logf("%s without ClickHouse: %s", path, time.Since(started).Round(time.Millisecond))
	}
	if !strings.Contains(p.page(career, http.StatusOK), missing) {
		t.Error("the career does not say that its trend is missing")
	}
	p.page("/trends/trends.csv", http.StatusServiceUnavailable)
	server.again(clickHousePassword)
	p.waitFor("a report that is back", 60*time.Second, func() bool { return !strings.Contains(p.page("/trends", http.StatusOK), missing) })
}

// page asks for a page.
func (p *pipeline) page(path string, status int) string {
	p.t.Helper()
	endpoint, _, err := datadir.Dir(p.data).Endpoint(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Get(endpoint.Web + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != status {
		p.t.Fatalf("%s: %d, %v, want %d", path, response.StatusCode, err, status)
	}
	return string(body)
}
