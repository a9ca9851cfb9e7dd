package normalize_test

import (
	"fmt"

	"careerstream/normalize"
)

func Example() {
	parser, err := normalize.New(normalize.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	record, err := parser.Parse(normalize.Input{
		URL: "https://example.org/careers/farrier",
		Body: []byte(`<h1>Farrier</h1><p>A farrier trims and shoes the hooves of horses.
<h2>Duties</h2><ul><li><b>Trimming:</b> Cut back what has grown.<li><b>Shoeing:</b> Shape iron to the hoof and nail it on.</ul>
<h2>See also</h2><p>Blacksmith, Veterinarian`),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(record.Slug, record.Plural, len(record.Definition.Paragraphs))
	for _, d := range record.Duties {
		fmt.Println(d.ID, "-", d.Text)
	}
	fmt.Println(record.SeeAlso)
	// Output:
	// farrier Farriers 1
	// trimming - Cut back what has grown.
	// shoeing - Shape iron to the hoof and nail it on.
	// [{Blacksmith } {Veterinarian }]
}
