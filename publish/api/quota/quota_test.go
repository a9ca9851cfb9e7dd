package quota_test

import (
	"fmt"
	"testing"
	"time"

	"careerstream/publish/api/quota"
)

func TestEachAddressHasItsOwnBucket(t *testing.T) {
	t.Parallel()
	l, err := quota.New(2, 3, 100)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1000, 0)
	for i := range 3 {
		if wait := l.Wait("192.0.2.1:1000", now); wait != 0 {
			t.Fatalf("request %d waits %s", i, wait)
		}
	}
	if wait := l.Wait("192.0.2.1:1001", now); wait != 500*time.Millisecond {
		t.Errorf("fourth request waits %s, want 500ms", wait)
	}
	if wait := l.Wait("192.0.2.2:1000", now); wait != 0 {
		t.Errorf("another address waits %s", wait)
	}
	if wait := l.Wait("192.0.2.1:1000", now.Add(500*time.Millisecond)); wait != 0 {
		t.Errorf("after half a second it still waits %s", wait)
	}
}

func TestNetworksOfIPv6AreOneClient(t *testing.T) {
	t.Parallel()
	l, err := quota.New(1, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1000, 0)
	if l.Wait("[2001:db8::1]:1", now) != 0 || l.Wait("[2001:db8::ffff:2]:1", now) == 0 || l.Wait("[2001:db8:0:1::1]:1", now) != 0 {
		t.Error("want one bucket for each 64 bits")
	}
	if l.Wait("::ffff:192.0.2.1", now) != 0 || l.Wait("nonsense", now) == 0 {
		t.Error("want one bucket for what is no address")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	l, err := quota.New(1, 1, 50)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1000, 0)
	for i := range 5000 {
		l.Wait(fmt.Sprintf("10.0.%d.%d:1", i/256, i%256), now)
	}
	if l.Len() > 100 {
		t.Errorf("%d addresses are remembered, want 100 at most", l.Len())
	}
	if l.Wait("10.0.19.135:1", now) == 0 {
		t.Error("the newest address was forgotten")
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate        float64
		burst, size int
	}{{0, 1, 1}, {-1, 1, 1}, {1, 0, 1}, {1, 1, -1}} {
		if _, err := quota.New(c.rate, c.burst, c.size); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
