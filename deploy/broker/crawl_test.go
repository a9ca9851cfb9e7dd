package broker

import (
	"testing"

	"careerstream/ingest/crawl/crawltest"
	"careerstream/schemas/stream"
)

// TestCrawl runs the crawler's suite on a real server.
func TestCrawl(t *testing.T) {
	t.Parallel()
	crawltest.Run(t, func(t *testing.T) crawltest.Ports {
		conn := applied(t, Config{})
		bodies, err := conn.Bodies()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(bodies.Close)
		return crawltest.Ports{
			Frontier: conn.Frontier(), States: conn.Bucket(stream.Crawl), Bodies: bodies,
			Publisher: conn, Last: conn, DeadLetters: conn.DeadLetters(),
		}
	})
}
