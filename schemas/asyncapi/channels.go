package asyncapi

import (
	"fmt"
	"strings"

	"careerstream/schemas"
	"careerstream/schemas/event"
	"careerstream/schemas/stream"
	"careerstream/schemas/subject"
)

// address is a subject with the names of its variable tokens.
type address struct{ pattern, address string }

// addresses is the grammar of package subject, for each pattern of a contract.
var addresses = []address{
	{subject.AllRequested, "page.requested.{site}.{key}"},
	{subject.AllPages, "page.fetched.{site}.{key}"},
	{subject.AllChecked, "page.checked.{site}.{key}"},
	{subject.AllRuns, "run.concluded.{run}"},
	{subject.AllNormalized, "record.normalized.{slug}"},
	{subject.AllEnriched, "record.enriched.{slug}"},
	{subject.AllRead, "page.read.{site}.{key}"},
	{subject.AllHeld, "record.held.{slug}"},
	{subject.AllDrift, "drift.detected.{site}.{template}"},
	{subject.AllPublished, "record.published.{slug}"},
	{subject.AllQuiz, "quiz.outcome.{outcome}"},
	{subject.AllDead, "dead.{stage}.{kind}"},
	{subject.AllRedrive, "redrive.{stage}"},
}

// tokens describes the variables of the addresses.
var tokens = map[string]string{
	"site":     `A host, with "_" for each byte that is no ASCII letter, digit or "-".`,
	"key":      "32 hex digits that name a URL.",
	"run":      "The id of a run.",
	"slug":     "A career: lower-case letters, digits and hyphens, 1 to 120.",
	"template": "The template of a site.",
	"outcome":  `The outcome_id, or "in"; the stream stores it under one of its partitions.`,
	"stage":    "The name of a stage.",
	"kind":     "A kind of fault.",
}

// natsBinding is all that the NATS bindings define for an operation besides a
// queue group, which JetStream consumers do without.
func natsBinding() object { return object{"nats": object{"bindingVersion": "0.1.0"}} }

func ref(parts ...string) object {
	return object{"$ref": "#/" + strings.Join(parts, "/")}
}

// addContract adds the channel of a contract, its message, and who sends and
// receives it. Contracts with one subject share a channel.
func addContract(channels, operations, messages object, c schemas.Contract) error {
	where := ""
	for _, a := range addresses {
		if a.pattern == c.Subject {
			where = a.address
		}
	}
	if where == "" {
		return fmt.Errorf("subject %s of %s has no address", c.Subject, c.Type)
	}
	messages[c.Type] = object{
		"name": c.Type, "contentType": cloudEvents, "headers": headers(), "payload": envelope(c.Type),
		"correlationId": object{"location": "$message.payload#/traceparent"},
	}
	names := []string{c.Type}
	if c.Type == event.QuizOutcome {
		binary := c.Type + ".binary"
		messages[binary] = object{
			"name": binary, "title": "The same in CloudEvents binary mode, as a quiz application may send it",
			"contentType": "application/json", "headers": binaryHeaders(c.Type), "payload": ref("components", "schemas", c.Type),
		}
		names = append(names, binary)
	}
	channel := channelName(where)
	if _, ok := channels[channel]; !ok {
		channels[channel] = object{
			"address": where, "messages": object{}, "parameters": parameters(where),
			"servers":  []any{ref("servers", "nats")},
			"x-stream": streamOf(c.Stream), "x-pattern": c.Subject,
		}
	}
	refs := make([]any, 0, len(names))
	for _, name := range names {
		channels[channel].(object)["messages"].(object)[name] = ref("components", "messages", name)
		refs = append(refs, ref("channels", channel, "messages", name))
	}
	if c.Type != event.QuizOutcome {
		short := strings.TrimSuffix(strings.TrimPrefix(c.Type, "careerstream."), ".v1")
		operations["send."+short] = operation("send", channel, "careerstream publishes this.", refs)
	} else {
		operations["receive.quiz.outcome"] = operation("receive", channel, "A quiz application publishes outcomes, with the outcome_id as the last token; careerstream checks and stores them.", refs)
	}
	for _, consumer := range stream.Consumers() {
		if consumer.Filter == c.Subject {
			name := "receive." + consumer.Name
			if earlier, ok := operations[name].(object); ok {
				earlier["messages"] = append(earlier["messages"].([]any), refs...)
				continue
			}
			received := operation("receive", channel, "The stage "+consumer.Name+": "+consumer.Description+".", refs)
			received["x-consumer"] = object{"durable": consumer.Name, "stream": consumer.Stream, "filter": consumer.Filter}
			operations[name] = received
		}
	}
	return nil
}

func operation(action, channel, description string, messages []any) object {
	return object{
		"action": action, "channel": ref("channels", channel), "description": description,
		"messages": messages, "bindings": natsBinding(),
	}
}

// channelName is the address without its variables.
func channelName(where string) string {
	fixed, _, _ := strings.Cut(where, ".{")
	return fixed
}

func parameters(where string) object {
	found := object{}
	for token := range strings.SplitSeq(where, ".") {
		if name, ok := strings.CutPrefix(token, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			found[name] = object{"description": tokens[name]}
		}
	}
	return found
}

// addBucket adds the bucket of latest records, which downstream sites read.
func addBucket(channels, operations, messages object) {
	const name = "bucket.careers"
	where := "$KV." + stream.Careers + ".{slug}"
	messages[name] = object{
		"name": name, "title": "The latest version of a career", "contentType": "application/json",
		"description": "The data of the career's last record.published event, without the envelope.",
		"payload":     ref("components", "schemas", event.RecordPublished),
	}
	channels[name] = object{
		"address": where, "parameters": parameters(where), "servers": []any{ref("servers", "nats")},
		"title": "The key-value bucket " + stream.Careers,
		"description": "One key for each career, its slug; one revision a key, whose record.version only ever rises. " +
			"To start from it and miss nothing: first read the acknowledgement floor of the durable consumer \"" + stream.Feed + "\" of stream " + stream.Published +
			", which is how far the bucket surely is; then read the bucket; then follow " + subject.AllPublished + " from the sequence after that floor, and pass over every version that is not above the one known. " +
			"The last sequence of the stream is not the place to go on from: the bucket may be behind it.",
		"messages": object{name: ref("components", "messages", name)},
		"x-bucket": object{"name": stream.Careers, "history": 1, "stream": "KV_" + stream.Careers},
	}
	operations["send."+name] = operation("send", name, "careerstream writes the latest version of each career.", []any{ref("channels", name, "messages", name)})
}
