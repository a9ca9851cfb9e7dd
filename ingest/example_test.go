package ingest_test

import (
	"context"
	"fmt"
	"strings"

	"careerstream/ingest"
	"careerstream/schemas/deadletter"
	"careerstream/schemas/event"
)

// store is a broker in memory that prints what it takes.
type store map[string]event.Message

func (s store) Put(_ context.Context, sha256 string, body []byte) error {
	fmt.Printf("body %s: %d bytes\n", sha256[:8], len(body))
	return nil
}

func (s store) Publish(_ context.Context, out event.Out) (uint64, bool, error) {
	fmt.Println("event on", out.Subject)
	seq := uint64(len(s) + 1)
	s[out.Subject] = event.Message{Seq: seq, Subject: out.Subject, Event: out.Event}
	return seq, false, nil
}

func (s store) Last(_ context.Context, subject string) (event.Message, bool, error) {
	m, found := s[subject]
	return m, found, nil
}

func (s store) Bury(_ context.Context, letter deadletter.Letter) error {
	fmt.Println("dead letter:", letter.Kind, letter.Origin)
	return nil
}

// A page on standard input and a path that is not there: the one becomes a
// snapshot, the other a dead letter, and the statement accounts for both.
func Example() {
	s := store{}
	in, err := ingest.New(ingest.Config{}, ingest.Deps{
		Bodies: s, Publisher: s, Last: s, DeadLetters: s,
		Stdin: strings.NewReader(`<html><link rel="canonical" href="https://careers.example/nurse"><p>What does a nurse do?</p></html>`),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	statement, err := in.Run(context.Background(), []string{ingest.Stdin, "no-such-folder"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("taken", statement.Taken, "failed", statement.Failed, "complete", statement.Complete)
	// Output:
	// body d208170e: 100 bytes
	// event on page.fetched.careers_example.09a831a0df834de8e20412d95e02ce2a
	// dead letter: unreadable-file no-such-folder
	// taken 1 failed map[unreadable-file:1] complete true
}
