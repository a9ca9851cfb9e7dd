package main

import (
	"slices"

	"careerstream/deploy/app"
	"careerstream/publish/api"
)

// readFlags say who may read over HTTP.
type readFlags struct {
	ReadToken  string   `name:"read-token" help:"Let only those read from the API who send this token; without one everybody who can reach --listen may." env:"CAREERSTREAM_READ_TOKEN" placeholder:"SECRET"`
	APIRate    float64  `name:"api-rate" help:"Requests a second of one address that the API serves; 0 for no limit." default:"200" env:"CAREERSTREAM_API_RATE"`
	CORSOrigin []string `name:"cors-origin" help:"Site whose scripts may read from the API, such as https://example.com; * for every one, none for none. May be given several times." default:"*" env:"CAREERSTREAM_CORS_ORIGIN" placeholder:"ORIGIN"`
}

// readAPI makes the read API that the flags ask for.
func (f readFlags) readAPI(p *program, engines *app.Engines) (*app.ReadAPI, error) {
	origins := slices.DeleteFunc(slices.Clone(f.CORSOrigin), func(origin string) bool { return origin == "none" || origin == "" })
	reads, err := app.NewReadAPI(api.Config{Token: f.ReadToken, Rate: f.APIRate, Origins: origins, Version: version()}, engines, p.log)
	if err != nil {
		return nil, usage("%v", err)
	}
	return reads, nil
}
