package name

import "testing"

func TestDefinesThing(t *testing.T) {
	t.Parallel()
	f, err := NewInflector()
	if err != nil {
		t.Fatal(err)
	}
	for sentence, want := range map[string]bool{
		"A dishwasher is a machine that cleans plates.":                        true,
		"Dishwashers are electrical appliances used in kitchens.":              true,
		"A browser is a software application for reading pages.":               true,
		"A pointer is a breed of dog.":                                         true,
		"A dishwasher is a kitchen worker who cleans plates.":                  false,
		"A machine operator is a worker who runs a machine.":                   false,
		"A dog trainer is someone with a good hand for dogs.":                  false,
		"Dishwashers clean plates; the machine is in the cellar.":              false,
		"A pilot is the person in charge of an aircraft.":                      false,
		"An app developer is a programmer building software for phones.":       false,
		"A conductor is responsible for the train.":                            false,
		"Chemists study substances, and their work is often a matter of tools": false,
		"":             false,
		"Is it a tool": false,
	} {
		if got := f.DefinesThing(sentence); got != want {
			t.Errorf("%q: %t, want %t", sentence, got, want)
		}
	}
}
