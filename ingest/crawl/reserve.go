package crawl

import (
	"careerstream/ingest/frontier"
	"careerstream/schemas/page"
)

// reserve takes one of the most pages of a run for a URL that by names and the run
// has not asked for, until release; no when there is none left. It is exact within a
// process; processes with different hosts of one run may each go over by what the
// others ask for at this moment.
func (s *session) reserve(a frontier.Ask, by page.Visit, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	asking := s.asking[a.Run]
	if by.Kind == page.Sitemap || by.Kind == page.Index {
		// Until it is settled, a seed that turned out to be one still counts.
		if seed, _, _ := s.view.Get(by.Key); seed.Kind == page.Seed {
			most++
		}
	}
	if asking[a.Key] == 0 && s.taken(a.Run) >= most {
		return false
	}
	if a.Kind == page.Sitemap {
		return true // none of the pages itself
	}
	if asking == nil {
		asking = map[string]int{}
		s.asking[a.Run] = asking
	}
	asking[a.Key]++
	return true
}

// taken counts the pages of a run and those that are about to be. The lock is held.
func (s *session) taken(run string) int {
	unseen := func() (n int) {
		for key := range s.asking[run] {
			if v, _, known := s.view.Get(key); !known || v.Run != run {
				n++
			}
		}
		return n
	}
	for before := unseen(); ; {
		pages, _ := s.view.Left(run)
		after := unseen()
		if before == after {
			return pages + after
		}
		before = after // one came into the view in between
	}
}

// release ends a reserve once the URL is in the view, or was not asked for.
func (s *session) release(a frontier.Ask) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asking := s.asking[a.Run]
	if asking[a.Key] > 1 {
		asking[a.Key]--
	} else {
		delete(asking, a.Key)
	}
	if len(asking) == 0 {
		delete(s.asking, a.Run)
	}
}
