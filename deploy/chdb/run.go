package chdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// setting is one name=value of a connection's command line.
type setting struct{ name, value string }

// connect opens a connection of its own for one request. Settings travel as
// the connection's command line and so end with it.
func (e *Engine) connect(settings []setting, database string) (*session, error) {
	args := slices.Clone(e.args)
	for _, s := range settings {
		if !e.facts.settings[s.name] {
			return nil, exceptionf(codeUnknownSetting, "UNKNOWN_SETTING", "Setting %s is neither a builtin setting nor started with the prefix 'SQL_' registered for user-defined settings", s.name)
		}
		if strings.ContainsRune(s.value, 0) {
			return nil, exceptionf(codeBadArguments, "BAD_ARGUMENTS", "Value of setting %s holds a zero byte", s.name)
		}
		args = append(args, "--"+s.name+"="+s.value)
	}
	s, ok := e.b.open(args)
	if !ok {
		return nil, e.whyRefused(settings)
	}
	if err := e.use(s, database); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// use enters the database of a request, ours where it names none. When ours was
// dropped it is as on a server, where such a request starts in a database that
// is always there: or nobody could create ours again.
func (e *Engine) use(s *session, database string) error {
	_, err := s.exec("USE "+quoteIdent(cmp.Or(database, e.cfg.Database)), "TSV")
	var exception *Exception
	if database == "" && errors.As(err, &exception) && exception.Code == codeUnknownDatabase {
		_, err = s.exec("USE system", "TSV")
	}
	return err
}

// whyRefused finds the setting whose value the library refused without a word.
func (e *Engine) whyRefused(settings []setting) error {
	s, ok := e.b.open(e.args)
	if !ok {
		return exceptionf(codeLibrary, "STD_EXCEPTION", "The engine takes no more connections")
	}
	defer s.close()
	for _, st := range settings {
		if _, err := s.exec("SET "+st.name+" = "+quoteString(st.value), "TSV"); err != nil {
			return err
		}
	}
	return exceptionf(codeLibrary, "STD_EXCEPTION", "The engine refused the request's settings")
}

// enter waits for a turn. The returned function gives it back.
func (e *Engine) enter(ctx context.Context) (func(), error) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil, exceptionf(codeTooMany, "TOO_MANY_SIMULTANEOUS_QUERIES", "The engine is stopping")
	}
	e.running.Add(1)
	e.mu.Unlock()
	leave := func() { <-e.slots; e.running.Done() }
	select {
	case e.slots <- struct{}{}:
		return leave, nil
	default:
	}
	defer e.waiting.Add(-1)
	if e.waiting.Add(1) > int64(e.cfg.MaxWaiting) {
		e.running.Done()
		return nil, exceptionf(codeTooMany, "TOO_MANY_SIMULTANEOUS_QUERIES", "%d statements run and %d wait", e.cfg.MaxConcurrent, e.cfg.MaxWaiting)
	}
	select {
	case e.slots <- struct{}{}:
		return leave, nil
	case <-ctx.Done():
		e.running.Done()
		return nil, exceptionf(codeCancelled, "QUERY_WAS_CANCELLED", "Query was cancelled while it waited for its turn")
	}
}

// tag is a log_comment by which a statement can be found again.
func (e *Engine) tag() string { return fmt.Sprintf("%s-%d", e.tags, e.tagSeq.Add(1)) }

// killOnDone kills the tagged connection's statement when ctx ends, until the
// returned function is called. The C API has no cancel, and a statement may
// not be registered yet when the client leaves, so the kill is repeated.
func (e *Engine) killOnDone(ctx context.Context, tag string) (release func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-quit:
			return
		case <-ctx.Done():
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			e.kill(tag)
			select {
			case <-quit:
				return
			case <-tick.C:
			}
		}
	}()
	return func() { close(quit); <-ended }
}

func (e *Engine) kill(tag string) {
	e.adminMu.Lock()
	defer e.adminMu.Unlock()
	if e.admin == nil {
		return
	}
	if _, err := e.admin.exec("KILL QUERY WHERE Settings['log_comment'] = "+quoteString(tag)+" ASYNC", "TSV"); err != nil {
		e.log.Warn("kill of an abandoned statement failed", "error", err)
	}
}

var (
	identEscaper  = strings.NewReplacer(`\`, `\\`, "`", "\\`")
	stringEscaper = strings.NewReplacer(`\`, `\\`, `'`, `\'`)
)

func quoteIdent(s string) string  { return "`" + identEscaper.Replace(s) + "`" }
func quoteString(s string) string { return "'" + stringEscaper.Replace(s) + "'" }
