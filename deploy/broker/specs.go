package broker

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/stream"
)

// bodiesStream holds page bodies; see Bodies for why it is no object store of
// the client library.
const (
	bodiesStream  = "BODIES"
	bodiesPrefix  = "body."
	bucketPrefix  = "KV_"
	bucketSubject = "$KV."
)

// Specs is everything that the program needs of a broker.
type Specs struct {
	Streams   []stream.Spec
	Consumers []stream.Consumer
	// Buckets are key-value buckets with one revision a key.
	Buckets []string
	// Bodies asks for the store of page bodies.
	Bodies bool
}

// AllSpecs returns the configuration that schemas/stream states.
func AllSpecs() Specs {
	return Specs{
		Streams: stream.Streams(), Consumers: stream.Consumers(),
		Buckets: []string{stream.Careers, stream.Marks, stream.Crawl}, Bodies: true,
	}
}

// Check finds what is wrong with the specs themselves, before any server is asked.
func (s Specs) Check() error {
	var problems []error
	retention := make(map[string]stream.Retention)
	for _, spec := range s.Streams {
		retention[spec.Name] = spec.Retention
		if spec.DedupeWindow <= 0 {
			problems = append(problems, fmt.Errorf("stream %s: dedupe window is %s: a repeated publication would be stored twice; set one", spec.Name, spec.DedupeWindow))
		}
		if spec.MaxAge > 0 && spec.DedupeWindow > spec.MaxAge {
			problems = append(problems, fmt.Errorf("stream %s: dedupe window %s is over the age limit %s: lower the window", spec.Name, spec.DedupeWindow, spec.MaxAge))
		}
		if len(spec.Subjects) == 0 {
			problems = append(problems, fmt.Errorf("stream %s: no subjects: it would take subject %q", spec.Name, spec.Name))
		}
	}
	filters := make(map[string]string)
	for _, spec := range s.Consumers {
		name := spec.Stream + "/" + spec.Name
		if spec.AckWait < time.Second {
			problems = append(problems, fmt.Errorf("consumer %s: ack wait is %s: heartbeats come every third of it; want 1s or more", name, spec.AckWait))
		}
		if spec.Workers < 1 || spec.MaxAckPending < 2*spec.Workers {
			problems = append(problems, fmt.Errorf("consumer %s: %d workers and max ack pending %d: want 1 worker or more and twice as many pending", name, spec.Workers, spec.MaxAckPending))
		}
		if spec.Filter == "" {
			problems = append(problems, fmt.Errorf("consumer %s: no filter", name))
		}
		if retention[spec.Stream] == stream.WorkQueue {
			key := spec.Stream + " " + spec.Filter
			if other := filters[key]; other != "" {
				problems = append(problems, fmt.Errorf("consumers %s and %s share a filter of a work queue: the server allows one", other, name))
			}
			filters[key] = name
		}
	}
	return errors.Join(problems...)
}

// streamConfigs returns the wanted configuration of every stream, buckets and
// bodies included.
func (s Specs) streamConfigs(replicas int) []jetstream.StreamConfig {
	var configs []jetstream.StreamConfig
	base := jetstream.StreamConfig{
		Storage: jetstream.FileStorage, Replicas: replicas,
		MaxConsumers: -1, MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1,
		// A limit that an operator sets must stop publishers, never drop facts.
		Discard: jetstream.DiscardNew,
		// Any holder of the stream answers a direct get, and one of several may be
		// behind what was acknowledged; with one holder it is right and quick.
		AllowDirect: replicas == 1,
	}
	for _, spec := range s.Streams {
		config := base
		config.Name, config.Description, config.Subjects = spec.Name, spec.Description, spec.Subjects
		config.MaxAge, config.Duplicates = spec.MaxAge, spec.DedupeWindow
		if spec.LastOnly {
			config.MaxMsgsPerSubject = 1
		}
		if spec.Transform != "" {
			// A stream in parts is read in as many places at once, and the server keeps
			// some blocks in memory for each. A limit a subject, which nothing reaches,
			// makes it take blocks of half the size.
			config.MaxMsgsPerSubject = noLimit
			config.SubjectTransform = &jetstream.SubjectTransformConfig{Source: spec.Subjects[0], Destination: spec.Transform}
		}
		if spec.Retention == stream.WorkQueue {
			config.Retention = jetstream.WorkQueuePolicy
		}
		configs = append(configs, config)
	}
	for _, name := range s.Buckets {
		// The layout of a KV bucket (NATS ADR-8), so that every client reads it.
		config := base
		config.Name, config.Subjects = bucketPrefix+name, []string{bucketSubject + name + ".>"}
		config.Description = "key-value bucket " + name
		config.MaxMsgsPerSubject, config.Duplicates = 1, 2*time.Minute
		config.AllowRollup, config.DenyDelete = true, true
		configs = append(configs, config)
	}
	if s.Bodies {
		config := base
		config.Name, config.Subjects = bodiesStream, []string{bodiesPrefix + ">"}
		config.Description = "page bodies by their SHA-256, in parts, zstd"
		config.MaxMsgsPerSubject, config.Duplicates = 1, 2*time.Minute
		configs = append(configs, config)
	}
	return configs
}

// consumerConfig is the wanted configuration of a durable pull consumer. It has
// no BackOff, whose first step would override AckWait, and no MaxDeliver, after
// which the server would stop silently: the worker counts the tries.
func consumerConfig(spec stream.Consumer) jetstream.ConsumerConfig {
	return jetstream.ConsumerConfig{
		Name: spec.Name, Durable: spec.Name, Description: spec.Description,
		DeliverPolicy: jetstream.DeliverAllPolicy, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: spec.AckWait, MaxDeliver: -1, MaxAckPending: spec.MaxAckPending,
		FilterSubject: spec.Filter, ReplayPolicy: jetstream.ReplayInstantPolicy,
	}
}

func list(subjects []string) string { return strings.Join(subjects, " ") }
