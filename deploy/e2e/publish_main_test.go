package e2e

import (
	"testing"

	"careerstream/deploy/chdb/chdbtest"
)

func TestMain(m *testing.M) { chdbtest.Main(m) }
