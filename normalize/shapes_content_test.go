package normalize

// sample is the content of one page, which shapes_test.go renders in many ways.
type sample struct {
	name, plural string
	definition   []string
	dutiesIntro  string
	duties       [][2]string
	typesIntro   string
	types        [][2]string
	workplace    []string
	become       []string
	questions    []sampleQA
	versus       []sampleVersus
	seeAlso      []string
	aka          []string
}

type sampleQA struct {
	q string
	a []string
}

type sampleVersus struct {
	left, right, intro, summary string
	dims                        [][3]string
}

func beekeeper() sample {
	return sample{
		name: "Beekeeper", plural: "Beekeepers",
		definition: []string{
			"A beekeeper looks after colonies of honey bees, harvests what they make and keeps them healthy through the year. The work follows the seasons: swarms in spring, honey in summer, feeding in autumn and repairs in winter.",
			"Beekeepers also rent their hives to orchards, where the bees pollinate fruit trees. In many regions this service earns more than the honey itself.",
		},
		dutiesIntro: "The duties of a beekeeper depend on the size of the apiary. The most common ones are these:",
		duties: [][2]string{
			{"Inspecting Hives", "Open every hive in turn, look for the queen and her eggs, and judge whether the colony has room and food."},
			{"Treating Diseases", "Count mites, send samples to a laboratory and treat the colonies at the right time of the year."},
			{"Swarm Control", "Split strong colonies or remove queen cells (a job of minutes) before half of the bees leave."},
			{"Harvesting Honey", "Take the full frames, spin them in an extractor and strain the honey into drums."},
			{"Record-Keeping", "Note the age of each queen, the weight of each hive and every medicine given."},
		},
		typesIntro: "Few people keep bees in the same way. Some common types of beekeepers are:",
		types: [][2]string{
			{"Commercial Beekeepers", "Commercial beekeepers own hundreds of hives and move them with the bloom."},
			{"Queen Breeders (QB)", "Queen breeders select gentle and productive lines and mail young queens in small cages."},
			{"Pollination Contractors", "Pollination contractors place hives in orchards for a fee."},
			{"Hobby Beekeepers (part time)", "Hobby beekeepers own a few hives and give most of the honey away."},
		},
		workplace: []string{
			"Beekeepers work outdoors in every kind of weather, and most of their hives stand far from roads. They lift boxes of thirty kilograms and wear veils and gloves on hot days.",
			"In winter the work moves to the workshop, where frames are built and wax is melted.",
			"Stings are part of the job. People with an allergy should look for other work.",
		},
		become: []string{
			"Most beekeepers learn from an experienced neighbour or in the courses of a local association.",
			"Some agricultural colleges offer a certificate in apiculture.",
		},
		questions: []sampleQA{
			{"Are beekeepers happy?", []string{"Most of them are, because the work is quiet and varied. A bad winter can be hard to bear.", "Income is uncertain."}},
			{"How long does it take to become a beekeeper?", []string{"Two full seasons are enough for the basics, and ten for the rest."}},
		},
		versus: []sampleVersus{{
			left: "Beekeeper", right: "Entomologist",
			intro: "Both know insects well, but they ask different things of them.",
			dims: [][3]string{
				{"Training and Education", "Beekeepers learn in the apiary and need no degree.", "Entomologists need a master's degree or a doctorate."},
				{"Place of Work", "Beekeepers work beside their hives.", "Entomologists work in laboratories, museums and fields."},
				{"Income", "Beekeepers live from honey and pollination.", "Entomologists are paid by a university or an agency."},
			},
			summary: "In summary, a beekeeper lives with bees and an entomologist studies insects of every kind.",
		}},
		seeAlso: []string{"Entomologist", "Farmer", "Florist"},
		aka:     []string{"Apiarist", "Apiculturist"},
	}
}
