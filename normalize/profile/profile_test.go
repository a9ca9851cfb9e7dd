package profile

import (
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	r, err := New(Named{File: "own.json", Data: []byte(`{"name":"own-ooh","extends":"bls-ooh","hosts":["www.bls.gov"],"paths":["/ooh/legal/"]}`)})
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]string{
		"https://www.bls.gov/ooh/healthcare/dental-hygienists.htm": "bls-ooh",
		"https://www.BLS.gov/ooh/legal/lawyers.htm":                "own-ooh",
		"https://bls.gov/oes/":                                     Generic,
		"https://notbls.gov/ooh/x":                                 Generic,
		"https://www.careerexplorer.com/careers/psychotherapist/":  "careerexplorer",
		"file:///home/x.html":                                      Generic,
		"":                                                         Generic,
		"::":                                                       Generic,
	} {
		if got := r.Find(link).Name; got != want {
			t.Errorf("%s: %s, want %s", link, got, want)
		}
	}
	if got := r.Names(); !slices.Equal(got, []string{"bls-ooh", "careerexplorer", Generic, "own-ooh"}) {
		t.Errorf("names %v", got)
	}
}

func TestOwnProfileReplacesEmbedded(t *testing.T) {
	t.Parallel()
	r, err := New(Named{File: "x.json", Data: []byte(`{"name":"bls-ooh","hosts":["elsewhere.example"]}`)})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Find("https://www.bls.gov/ooh/x").Name; got != Generic {
		t.Errorf("the embedded profile is still there: %s", got)
	}
	if got := r.Find("https://elsewhere.example/").Name; got != "bls-ooh" {
		t.Errorf("own profile not found: %s", got)
	}
}

func TestLoadMissing(t *testing.T) {
	t.Parallel()
	if _, err := Load("no/such/folder"); err == nil || !strings.Contains(err.Error(), "read profiles") {
		t.Errorf("got %v", err)
	}
}

func TestExtendsItself(t *testing.T) {
	t.Parallel()
	_, err := New(Named{File: "a.json", Data: []byte(`{"name":"a","extends":"b"}`)}, Named{File: "b.json", Data: []byte(`{"name":"b","extends":"a"}`)})
	if err == nil || !strings.Contains(err.Error(), "extends itself") {
		t.Errorf("got %v", err)
	}
}
