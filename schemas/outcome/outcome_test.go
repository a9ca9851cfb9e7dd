package outcome_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"careerstream/schemas/event"
	"careerstream/schemas/fault"
	"careerstream/schemas/jsonschema"
	"careerstream/schemas/outcome"
)

const good = `{"outcome_id":"0b6F1f3e-8f6a-4c39-9a7d-3f1d2c4b5a69","quiz":"career-match","quiz_version":"3.1",
	"taken_at":"2026-05-04T09:30:00.250+02:00","session":"s-1","locale":"pt-BR","entry_career":"nurse",
	"traits":{"social":0.75,"artistic":1},
	"matches":[{"career":"teacher","score":0.91,"rank":2},{"career":"nurse","score":0.93,"rank":1}],"chosen":"nurse"}`

var now = time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)

// change returns the good outcome with one text replaced.
func change(t testing.TB, from, to string) string {
	t.Helper()
	if !strings.Contains(good, from) {
		t.Fatalf("the good outcome has no %s", from)
	}
	return strings.Replace(good, from, to, 1)
}

func manyMatches(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"career":"c-%d","score":0.5,"rank":%d}`, i, i+1)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	t.Parallel()
	var reader outcome.Reader
	row, err := reader.Read(nil, []byte(good), now)
	if err != nil {
		t.Fatal(err)
	}
	want := outcome.Outcome{
		OutcomeID: "0b6f1f3e-8f6a-4c39-9a7d-3f1d2c4b5a69", Quiz: "career-match", QuizVersion: "3.1",
		TakenAt: time.Date(2026, 5, 4, 7, 30, 0, 250e6, time.UTC), Session: "s-1", Locale: "pt-BR", EntryCareer: "nurse",
		Traits:  map[string]float64{"social": 0.75, "artistic": 1},
		Matches: []outcome.Match{{"nurse", 0.93, 1}, {"teacher", 0.91, 2}}, Chosen: "nurse",
	}
	if diff := cmp.Diff(want, row.Outcome()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"artistic", "social"}, row.TraitNames); diff != "" {
		t.Error("traits are not sorted: " + diff)
	}
}

func TestReadShapes(t *testing.T) {
	t.Parallel()
	structured := `{"specversion":"1.0","id":"x","source":"/app","type":"careerstream.quiz.outcome.v1","data":` + good + `}`
	binary := map[string][]string{
		"Ce-Specversion": {"1.0"}, "Ce-Id": {"x"}, "Ce-Source": {"/app"}, "Ce-Type": {event.QuizOutcome}, "Content-Type": {"application/json"},
	}
	tests := []struct {
		name   string
		header map[string][]string
		body   string
	}{
		{"structured", nil, structured},
		{"binary", binary, good},
		{"escaped", nil, change(t, "career-match", `career\u002dmatch`)},
		{"rank as 1.0", nil, change(t, `"rank":1}`, `"rank":1.0}`)},
		{"score as an exponent", nil, change(t, "0.93", "93e-2")},
		{"many digits", nil, change(t, "0.93", "0.9300000000000000000000")},
		{"more fields", nil, change(t, `"quiz":`, `"more":{"a":[1,"}\"",null]},"quiz":`)},
		{"white space", nil, " \n" + good + "\t\n"},
	}
	var reader outcome.Reader
	plain, err := reader.Read(nil, []byte(good), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		row, err := reader.Read(tt.header, []byte(tt.body), now)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(plain.Outcome(), row.Outcome()); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// Broken breaks each rule once.
func broken(t testing.TB) []struct {
	Name, Body, Field string
	Kind              fault.Kind
} {
	matches := `{"career":"teacher","score":0.91,"rank":2},{"career":"nurse","score":0.93,"rank":1}`
	return []struct {
		Name, Body, Field string
		Kind              fault.Kind
	}{
		{"key without a colon", change(t, `"quiz":`, `"x""0","quiz":`), "", fault.BadEnvelope},
		{"no id", change(t, `"outcome_id"`, `"id"`), "outcome_id", fault.SchemaViolation},
		{"bad id", change(t, "0b6F1f3e", "0b6F1f3g"), "outcome_id", fault.SchemaViolation},
		{"nil id", change(t, "0b6F1f3e-8f6a-4c39-9a7d-3f1d2c4b5a69", "00000000-0000-0000-0000-000000000000"), "outcome_id", fault.SchemaViolation},
		{"id in other case", change(t, `"outcome_id"`, `"Outcome_ID"`), "outcome_id", fault.SchemaViolation},
		{"id is a number", change(t, `"0b6F1f3e-8f6a-4c39-9a7d-3f1d2c4b5a69"`, "7"), "outcome_id", fault.SchemaViolation},
		{"no quiz", change(t, `"quiz":"career-match",`, ""), "quiz", fault.SchemaViolation},
		{"empty quiz", change(t, `"career-match"`, `""`), "quiz", fault.SchemaViolation},
		{"long quiz", change(t, "career-match", strings.Repeat("q", 201)), "quiz", fault.SchemaViolation},
		{"long version", change(t, "3.1", strings.Repeat("q", 201)), "quiz_version", fault.SchemaViolation},
		{"long session", change(t, "s-1", strings.Repeat("q", 201)), "session", fault.SchemaViolation},
		{"null session", change(t, `"s-1"`, "null"), "session", fault.SchemaViolation},
		{"too old", change(t, "2026-05-04", "1999-05-04"), "taken_at", fault.SchemaViolation},
		{"in the future", change(t, "09:30:00", "10:10:01"), "taken_at", fault.SchemaViolation},
		{"no time", change(t, "2026-05-04T09:30:00.250+02:00", "yesterday"), "taken_at", fault.SchemaViolation},
		{"lax time", change(t, "T09:30", "T9:30"), "taken_at", fault.SchemaViolation},
		{"bad locale", change(t, "pt-BR", "p_BR"), "locale", fault.SchemaViolation},
		{"bad entry", change(t, `"entry_career":"nurse"`, `"entry_career":"Nurse!"`), "entry_career", fault.SchemaViolation},
		{"bad choice", change(t, `"chosen":"nurse"`, `"chosen":"the nurse"`), "chosen", fault.SchemaViolation},
		{"trait over 1", change(t, "0.75", "1.01"), "traits.social", fault.SchemaViolation},
		{"trait under 0", change(t, "0.75", "-0.1"), "traits.social", fault.SchemaViolation},
		{"trait is text", change(t, "0.75", `"high"`), "traits.social", fault.SchemaViolation},
		{"trait without a name", change(t, `"social"`, `""`), "traits", fault.SchemaViolation},
		{"traits are a list", change(t, `{"social":0.75,"artistic":1}`, "[1]"), "traits", fault.SchemaViolation},
		{"score over 1", change(t, "0.91", "1.5"), "matches[0].score", fault.SchemaViolation},
		{"score under 0", change(t, "0.93", "-1"), "matches[1].score", fault.SchemaViolation},
		{"no score", change(t, `"score":0.91,`, ""), "matches[0].score", fault.SchemaViolation},
		{"score is text", change(t, "0.91", `"0.91"`), "matches[0].score", fault.SchemaViolation},
		{"ranks with a gap", change(t, `"rank":2`, `"rank":3`), "matches[0].rank", fault.SchemaViolation},
		{"ranks with a tie", change(t, `"rank":2`, `"rank":1`), "matches[1].rank", fault.SchemaViolation},
		{"ranks from 0", change(t, `"rank":1`, `"rank":0`), "matches[1].rank", fault.SchemaViolation},
		{"half a rank", change(t, `"rank":2`, `"rank":1.5`), "matches[0].rank", fault.SchemaViolation},
		{"career twice", change(t, `"teacher"`, `"nurse"`), "matches", fault.SchemaViolation},
		{"bad slug", change(t, `"teacher"`, `"Teacher"`), "matches[0].career", fault.SchemaViolation},
		{"no career", change(t, `"career":"teacher",`, ""), "matches[0].career", fault.SchemaViolation},
		{"no matches", change(t, `"matches":[`+matches+`],`, ""), "matches", fault.SchemaViolation},
		{"matches are null", change(t, `[`+matches+`]`, "null"), "matches", fault.SchemaViolation},
		{"10,000 matches", change(t, matches, manyMatches(10_000)), "matches", fault.SchemaViolation},
		{"1,001 matches", change(t, matches, manyMatches(1001)), "matches", fault.SchemaViolation},
		{"truncated", good[:len(good)-20], "", fault.BadEnvelope},
		{"two texts", good + good, "", fault.BadEnvelope},
		{"no object", `[1]`, "", fault.BadEnvelope},
		{"empty", ``, "", fault.BadEnvelope},
		{"null", `null`, "", fault.BadEnvelope},
		{"not UTF-8", change(t, "s-1", "s-\xff"), "", fault.BadEnvelope},
		{"another event", `{"specversion":"1.0","id":"x","source":"/app","type":"other","data":{}}`, "", fault.UnknownType},
		{"no event", `{"specversion":"0.3","id":"x"}`, "", fault.BadEnvelope},
	}
}

func TestEachRuleBrokenOnce(t *testing.T) {
	t.Parallel()
	var reader outcome.Reader
	for _, tt := range broken(t) {
		_, err := reader.Read(nil, []byte(tt.Body), now)
		if fault.KindOf(err) != tt.Kind || err == nil {
			t.Errorf("%s: %v, want a %s", tt.Name, err, tt.Kind)
			continue
		}
		var field *outcome.FieldError
		if errors.As(err, &field); tt.Field != "" && (field == nil || field.Field != tt.Field) {
			t.Errorf("%s: %v, want field %s named", tt.Name, err, tt.Field)
		}
		if len(err.Error()) > 400 {
			t.Errorf("%s: the error has %d bytes", tt.Name, len(err.Error()))
		}
	}
	for _, n := range []int{0, 1, 33, 1000} {
		row, err := reader.Read(nil, []byte(change(t, `{"career":"teacher","score":0.91,"rank":2},{"career":"nurse","score":0.93,"rank":1}`, manyMatches(n))), now)
		if err != nil || len(row.Careers) != n {
			t.Errorf("%d matches: %v", n, err)
		}
	}
}

// FuzzRead holds the quick reader against the slow one, and both against the
// JSON Schema; what was read can be written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(good))
	for _, tt := range broken(f) {
		if len(tt.Body) < 5000 {
			f.Add([]byte(tt.Body))
		}
	}
	validator, err := jsonschema.New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var reader outcome.Reader
		quick := reader.Fast(body, now)
		slow, slowErr := outcome.Slow(body, now)
		if quick != nil {
			if slowErr != nil {
				t.Fatalf("only the quick reader takes it: %v\n%s", slowErr, body)
			}
			if diff := cmp.Diff(slow.Outcome(), quick.Outcome()); diff != "" {
				t.Fatalf("quick and slow differ: %s\n%s", diff, body)
			}
		}
		if slowErr != nil {
			return
		}
		if err := validator.Check(event.QuizOutcome, body); err != nil {
			t.Fatalf("breaks the schema: %v\n%s", err, body)
		}
		// Not body itself: encoding/json takes names in any case.
		text, err := json.Marshal(slow.Outcome())
		if err != nil {
			t.Fatal(err)
		}
		again, err := outcome.Slow(text, now)
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v\n%s", err, text)
		}
		if diff := cmp.Diff(slow.Outcome(), again.Outcome()); diff != "" {
			t.Fatalf("read again it differs: %s\n%s", diff, body)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	body := []byte(`{"outcome_id":"80b1622d-9cdd-43d9-8ac5-198fc1abad19","quiz":"career-match","quiz_version":"3.1","taken_at":"2026-04-24T00:02:13.209Z","session":"778c3deb754e9b9e","locale":"en","entry_career":"","traits":{"artistic":0.352,"conventional":0.063,"enterprising":0.57,"investigative":0.493,"realistic":0.295,"social":0.601},"matches":[{"career":"career-094","score":0.8393,"rank":1},{"career":"career-024","score":0.7496,"rank":2},{"career":"career-110","score":0.7406,"rank":3},{"career":"career-113","score":0.7379,"rank":4},{"career":"career-148","score":0.7329,"rank":5},{"career":"career-008","score":0.7286,"rank":6},{"career":"career-063","score":0.7266,"rank":7},{"career":"career-027","score":0.7266,"rank":8},{"career":"career-083","score":0.7249,"rank":9},{"career":"career-119","score":0.7244,"rank":10}],"chosen":"career-083"}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var reader outcome.Reader
	b.Run("quick", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := reader.Read(nil, body, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			var o outcome.Outcome
			if err := json.Unmarshal(body, &o); err != nil {
				b.Fatal(err)
			}
		}
	})
}
