package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a headless Chromium that speaks the DevTools protocol
// (https://chromedevtools.github.io/devtools-protocol/) over a pipe.
type browser struct {
	t       *testing.T
	out     *os.File
	session string
	id      int

	mu      sync.Mutex
	events  []devtoolsMessage
	answers chan devtoolsMessage
	loaded  chan struct{}
}

type devtoolsMessage struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  json.RawMessage `json:"error,omitempty"`
}

// startBrowser starts Chromium with every name unresolvable but loopback, so that no request
// can leave the machine whatever the page asks for. Without a Chromium the test
// is skipped.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		skip(t, "needs chromium on the PATH: apt-get install chromium")
	}
	theirIn, ourOut := pipe(t)
	ourIn, theirOut := pipe(t)
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4 in the child
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	_, _ = theirIn.Close(), theirOut.Close()
	b := &browser{t: t, out: ourOut, answers: make(chan devtoolsMessage, 1), loaded: make(chan struct{}, 16)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.read(ourIn)
	}()
	t.Cleanup(func() {
		b.session = ""
		b.call("Browser.close", nil, nil)
		_ = cmd.Wait()
		_ = ourOut.Close()
		<-done
		_ = ourIn.Close()
	})
	var target struct {
		TargetID string `json:"targetId"`
	}
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

func (b *browser) read(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		data, err := in.ReadBytes(0)
		if err != nil {
			close(b.answers)
			return
		}
		var m devtoolsMessage
		if json.Unmarshal(data[:len(data)-1], &m) != nil {
			continue
		}
		if m.ID > 0 {
			b.answers <- m
			continue
		}
		b.mu.Lock()
		b.events = append(b.events, m)
		b.mu.Unlock()
		if m.Method == "Page.loadEventFired" {
			select {
			case b.loaded <- struct{}{}:
			default:
			}
		}
	}
}

// call runs one command and waits for its answer.
func (b *browser) call(method string, params, result any) {
	b.t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	if err == nil {
		_, err = b.out.Write(append(data, 0))
	}
	if err != nil {
		b.t.Errorf("%s: %v", method, err)
		return
	}
	deadline := time.NewTimer(60 * time.Second)
	defer deadline.Stop()
	for {
		select {
		case answer, ok := <-b.answers:
			switch {
			case !ok:
				b.t.Errorf("%s: chromium has ended", method)
				return
			case answer.ID != b.id:
				continue
			case answer.Error != nil:
				b.t.Errorf("%s: %s", method, answer.Error)
			case result != nil:
				if err := json.Unmarshal(answer.Result, result); err != nil {
					b.t.Errorf("%s: %v", method, err)
				}
			}
			return
		case <-deadline.C:
			b.t.Errorf("%s: no answer within a minute", method)
			return
		}
	}
}

// open shows a page and waits until it is loaded.
func (b *browser) open(url string) {
	b.t.Helper()
	b.mu.Lock()
	b.events = nil
	b.mu.Unlock()
	for len(b.loaded) > 0 {
		<-b.loaded
	}
	b.call("Page.navigate", map[string]any{"url": url}, nil)
	select {
	case <-b.loaded:
	case <-time.After(60 * time.Second):
		b.t.Fatalf("%s is not loaded within a minute", url)
	}
}

// eval runs an expression in the page and decodes its value.
func (b *browser) eval(expression string, value any) {
	b.t.Helper()
	var answer struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		ExceptionDetails json.RawMessage `json:"exceptionDetails"`
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, answer.ExceptionDetails)
	}
	if err := json.Unmarshal(answer.Result.Value, value); err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
}

// requests are the URLs that the page asked for, without data: URLs.
func (b *browser) requests() []string {
	var urls []string
	b.each("Network.requestWillBeSent", func(params json.RawMessage) {
		var p struct {
			Request struct {
				URL string `json:"url"`
			} `json:"request"`
		}
		_ = json.Unmarshal(params, &p)
		if !strings.HasPrefix(p.Request.URL, "data:") {
			urls = append(urls, p.Request.URL)
		}
	})
	return urls
}

// complaints are what the console says: errors, warnings, exceptions.
func (b *browser) complaints() []string {
	var list []string
	for _, method := range []string{"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"} {
		b.each(method, func(params json.RawMessage) { list = append(list, string(params)) })
	}
	return list
}

func (b *browser) each(method string, do func(json.RawMessage)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, event := range b.events {
		if event.Method == method {
			do(event.Params)
		}
	}
}
