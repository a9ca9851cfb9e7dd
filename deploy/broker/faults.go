package broker

import (
	"errors"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"careerstream/schemas/fault"
)

// Codes of nats-server that the client has no names for
// (https://github.com/nats-io/nats-server/blob/main/server/errors.json).
const (
	codeAccountResources      jetstream.ErrorCode = 10002
	codeInsufficientResources jetstream.ErrorCode = 10023
	codeMemoryResources       jetstream.ErrorCode = 10028
	codeStorageResources      jetstream.ErrorCode = 10047
	codeStoreFailed           jetstream.ErrorCode = 10077
	codeHeaderTooLarge        jetstream.ErrorCode = 10097
)

// brokerFault gives err its fault kind and says what was done. nil stays nil.
func brokerFault(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Fault
	if errors.As(err, &known) {
		return err
	}
	return fault.New(kindOf(err), "%s: %w", op, err)
}

func kindOf(err error) fault.Kind {
	if errors.Is(err, nats.ErrMaxPayload) {
		return fault.EventTooLarge
	}
	var api jetstream.JetStreamError
	if !errors.As(err, &api) || api.APIError() == nil {
		return fault.BrokerUnavailable
	}
	switch e := api.APIError(); e.ErrorCode {
	case jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant:
		return fault.Conflict
	case jetstream.JSErrCodeStreamMessageExceedsMaximum, codeHeaderTooLarge:
		return fault.EventTooLarge
	case codeAccountResources, codeInsufficientResources, codeMemoryResources, codeStorageResources:
		return fault.BrokerFull
	case codeStoreFailed:
		// One code for every failed write; only its text tells them apart.
		for _, sign := range []string{"maximum", "no space left", "quota", "file too large"} {
			if strings.Contains(e.Description, sign) {
				return fault.BrokerFull
			}
		}
	}
	return fault.BrokerUnavailable
}
