// Command consumer-go follows the published careers of a careerstream and writes
// one line of JSON for each version; package examples says how, and what it
// promises.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func main() {
	//arch:allow this is a program of its own
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "consumer-go:", err)
		os.Exit(1) //arch:allow this is a program of its own
	}
}

// run consumes until ctx ends, which is no error.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("consumer-go", flag.ContinueOnError)
	address := flags.String("nats", "nats://127.0.0.1:4222", "NATS server, with TOKEN@ before the host where it wants one")
	path := flags.String("log", "careers.ndjson", "file of the versions seen, which is the whole state")
	if err := flags.Parse(args); err != nil {
		return err
	}
	journal, err := openJournal(*path, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.close()) }()
	nc, err := nats.Connect(*address, nats.MaxReconnects(-1), nats.Name("consumer-go"))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", redact(*address), err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return fmt.Errorf("open JetStream: %w", err)
	}
	c := &consumer{js: js, journal: journal}
	err = c.bootstrap(ctx)
	if err == nil {
		err = c.follow(ctx)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// redact leaves the secret of an address out.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the NATS server"
	}
	return u.Host
}
