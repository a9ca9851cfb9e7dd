package broker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/fault"
	"careerstream/schemas/stream"
)

// What the server must offer.
const (
	minPayload = 1 << 20
	minMajor   = 2
	minMinor   = 11
)

// Apply makes streams, buckets and consumers as specs say, and returns what it
// did. Settings that the specs do not name stay as the operator set them.
// replicas 0 takes the connection's. Several processes may apply at once. What
// could not be done is in the error, with what to do about it; the rest is done.
func (c *Conn) Apply(ctx context.Context, specs Specs, replicas int) (Plan, error) {
	return c.plan(ctx, specs, replicas, true)
}

// Check returns what Apply would do without doing it. The error holds every
// reason why the pipeline would not run well on this server as it is.
func (c *Conn) Check(ctx context.Context, specs Specs, replicas int) (Plan, error) {
	plan, err := c.plan(ctx, specs, replicas, false)
	if n := len(plan.Changes()); n > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d streams, buckets and consumers are not as wanted: apply the configuration", n, len(plan)))
	}
	return plan, err
}

func (c *Conn) plan(ctx context.Context, specs Specs, replicas int, apply bool) (Plan, error) {
	if err := errors.Join(specs.Check(), c.checkServer(ctx)); err != nil {
		return nil, err
	}
	var plan Plan
	var problems []error
	for _, want := range specs.streamConfigs(cmp.Or(replicas, c.replicas)) {
		change, err := c.planStream(ctx, want, apply)
		plan, problems = append(plan, change), append(problems, err)
	}
	for _, spec := range specs.Consumers {
		change, err := c.planConsumer(ctx, spec, apply)
		plan, problems = append(plan, change), append(problems, err)
	}
	return plan, errors.Join(problems...)
}

// checkServer refuses servers that lack what the pipeline relies on.
func (c *Conn) checkServer(ctx context.Context) error {
	if !c.nc.IsConnected() {
		return fault.New(fault.BrokerUnavailable, "check NATS: not connected; start NATS or correct --nats")
	}
	if version := c.nc.ConnectedServerVersion(); !versionOK(version) {
		return fmt.Errorf("NATS server is %s: want %d.%d or newer; update the server", version, minMajor, minMinor)
	}
	if limit := c.MaxPayload(); limit < minPayload {
		return fmt.Errorf("max_payload of the NATS server is %d bytes: want %d or more; raise it in the server's configuration", limit, minPayload)
	}
	_, err := c.js.AccountInfo(ctx)
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return fmt.Errorf("JetStream is off on this NATS server or account: %w; start nats-server with -js, or enable it for the account", err)
	}
	return brokerFault("ask for the JetStream account", err)
}

// versionOK compares "2.11.3" or "2.12.0-preview" with the oldest allowed one.
func versionOK(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return false
	}
	major, err1 := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	return err1 == nil && err2 == nil && (major > minMajor || major == minMajor && minor >= minMinor)
}

func (c *Conn) planStream(ctx context.Context, want jetstream.StreamConfig, apply bool) (Change, error) {
	change := Change{Kind: "stream", Name: want.Name, Action: Unchanged}
	if name, ok := strings.CutPrefix(want.Name, bucketPrefix); ok {
		change.Kind, change.Name = "bucket", name
	}
	what := change.Kind + " " + change.Name
	s, err := c.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		change.Action = Created
		if !apply {
			return change, nil
		}
		// The server takes an equal creation by another process as done, and
		// after an unequal one the comparison below finds what is left to do.
		_, err = c.js.CreateStream(ctx, want)
		if !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return change, brokerFault("create "+what, err)
		}
		s, err = c.js.Stream(ctx, want.Name)
	}
	if err != nil {
		return change, brokerFault("read "+what, err)
	}
	fields, merged := diffStream(s.CachedInfo().Config, want)
	if len(fields) == 0 {
		return change, nil
	}
	change.Action, change.Fields = Changed, fields
	if err := fixedError(change, "remove the stream (its messages go with it), or point --nats elsewhere"); err != nil || !apply {
		return change, err
	}
	_, err = c.js.UpdateStream(ctx, merged)
	c.forget(want.Name)
	return change, brokerFault("change "+what, err)
}

func (c *Conn) planConsumer(ctx context.Context, spec stream.Consumer, apply bool) (Change, error) {
	change := Change{Kind: "consumer", Name: spec.Stream + "/" + spec.Name, Action: Unchanged}
	want := consumerConfig(spec)
	consumer, err := c.js.Consumer(ctx, spec.Stream, spec.Name)
	switch {
	case errors.Is(err, jetstream.ErrConsumerNotFound), !apply && errors.Is(err, jetstream.ErrStreamNotFound):
		change.Action = Created
		if !apply {
			return change, nil
		}
		_, err = c.js.CreateOrUpdateConsumer(ctx, spec.Stream, want)
		return change, brokerFault("create consumer "+change.Name, err)
	case err != nil && isPush(err):
		return change, fmt.Errorf("consumer %s pushes its messages, want a pull consumer: remove it (nats consumer rm %s %s), then apply again",
			change.Name, spec.Stream, spec.Name)
	case err != nil:
		return change, brokerFault("read consumer "+change.Name, err)
	}
	fields, merged := diffConsumer(consumer.CachedInfo().Config, want)
	if len(fields) == 0 {
		return change, nil
	}
	change.Action, change.Fields = Changed, fields
	remove := fmt.Sprintf("remove the consumer (nats consumer rm %s %s; every message is then handled once more, which repeats nothing)", spec.Stream, spec.Name)
	if err := fixedError(change, remove); err != nil || !apply {
		return change, err
	}
	_, err = c.js.UpdateConsumer(ctx, spec.Stream, merged)
	return change, brokerFault("change consumer "+change.Name, err)
}

func isPush(err error) bool { return errors.Is(err, jetstream.ErrNotPullConsumer) }

// Consumer returns the durable consumer of spec and creates it if it is not
// there; created tells. Settings of one that is there stay as they are.
func (c *Conn) Consumer(ctx context.Context, spec stream.Consumer) (consumer jetstream.Consumer, created bool, err error) {
	err = c.do(ctx, fmt.Sprintf("open consumer %s/%s", spec.Stream, spec.Name), func(ctx context.Context) (err error) {
		consumer, err = c.js.Consumer(ctx, spec.Stream, spec.Name)
		if errors.Is(err, jetstream.ErrConsumerNotFound) {
			created = true
			consumer, err = c.js.CreateOrUpdateConsumer(ctx, spec.Stream, consumerConfig(spec))
		}
		return err
	})
	return consumer, created, err
}

// Progress is how far a durable consumer has come.
type Progress struct {
	// Floor: every message of the stream up to here has a verdict.
	Floor uint64
	// Pending messages are not yet delivered, Unsettled ones have no verdict.
	Pending   uint64
	Unsettled int
}

// Progress of a consumer. Errors are fault.BrokerUnavailable.
func (c *Conn) Progress(ctx context.Context, stream, name string) (Progress, error) {
	var p Progress
	err := c.do(ctx, fmt.Sprintf("read consumer %s/%s", stream, name), func(ctx context.Context) error {
		consumer, err := c.js.Consumer(ctx, stream, name)
		if err == nil {
			info := consumer.CachedInfo()
			p = Progress{Floor: info.AckFloor.Stream, Pending: info.NumPending, Unsettled: info.NumAckPending}
		}
		return err
	})
	return p, err
}

// forget drops the handle of a stream whose configuration has changed.
func (c *Conn) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.streams, name)
}
