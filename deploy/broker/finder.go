package broker

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
)

// finder connects to a server where it is now.
type finder struct {
	find func() string
	// address is that of the first URL, without its token.
	address string

	mu  sync.Mutex
	now *url.URL
}

func newFinder(first string, find func() string) (*finder, error) {
	u, err := url.Parse(first)
	if err != nil {
		return nil, errors.New("read NATS address: it is no URL") // the error would quote its token
	}
	address := url.URL{Scheme: u.Scheme, Host: u.Host}
	return &finder{find: find, address: address.String(), now: u}, nil
}

// Dial implements nats.CustomDialer.
func (f *finder) Dial(network, _ string) (net.Conn, error) {
	f.mu.Lock()
	if u, err := url.Parse(f.find()); err == nil && u.Host != "" {
		f.now = u
	}
	host := f.now.Host
	f.mu.Unlock()
	conn, err := (&net.Dialer{Timeout: requestTimeout}).Dial(network, host)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return conn, nil
}

// token is that of the server dialled last.
func (f *finder) token() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now.User.Username()
}
