package crawl_test

import (
	"testing"

	"go.uber.org/goleak"

	"careerstream/ingest/crawl/crawltest"
	"careerstream/schemas/jsonschema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSuite(t *testing.T) {
	t.Parallel()
	validator, err := jsonschema.New()
	if err != nil {
		t.Fatal(err)
	}
	crawltest.Run(t, func(*testing.T) crawltest.Ports {
		memory := crawltest.NewMemory()
		memory.Check = validator.Event
		return memory.Ports()
	})
}
