package broker

import (
	"fmt"
	"log/slog"
)

// serverLog passes the server's own warnings and errors on and drops the rest:
// its notices are about a server, and ours is a part of a program.
type serverLog struct {
	log   *slog.Logger
	space *space
}

func (l serverLog) Noticef(string, ...any) {}
func (l serverLog) Debugf(string, ...any)  {}
func (l serverLog) Tracef(string, ...any)  {}

func (l serverLog) Warnf(format string, args ...any) {
	l.log.Warn("nats server", "message", fmt.Sprintf(format, args...))
}

func (l serverLog) Errorf(format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	l.log.Error("nats server", "message", message)
	l.space.heard(message)
}

func (l serverLog) Fatalf(format string, args ...any) {
	l.log.Error("nats server", "message", fmt.Sprintf(format, args...), "fatal", true)
}
