// Package broker consumes the contracts in schemas and produces NATS JetStream:
// a server in this process ([Start]) or any server or cluster by URL
// ([Connect]), behind one [Conn].
//
// A Conn applies and checks the configuration of streams, consumers and buckets
// ([Conn.Apply], [Conn.Check]), publishes events exactly once ([Conn.Publish]),
// reads the last message of a subject ([Conn.Last]), keeps page bodies
// ([Conn.Bodies]) and gives sinks what they stand on: ordered logs ([Conn.Log]),
// manifests ([Conn.Marks]), dead letters ([Conn.DeadLetters]).
//
// Everything that fails has a fault kind: fault.BrokerUnavailable for what mends
// itself, fault.BrokerFull for what waits for space, fault.Conflict and
// fault.LeaseLost for lost races, fault.EventTooLarge for what never fits.
package broker
