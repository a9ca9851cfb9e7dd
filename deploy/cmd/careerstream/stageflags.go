package main

import (
	"careerstream/deploy/app"
	"careerstream/enrich/drift"
)

// stageFlags are what the stages work with, in every command that may run them.
type stageFlags struct {
	Profiles string `help:"Folder with more site profiles." type:"existingdir" placeholder:"DIR"`
	ONET     string `name:"onet" help:"Folder with O*NET's text files: careers get their occupation codes." type:"existingdir" env:"CAREERSTREAM_ONET" placeholder:"DIR"`
	ESCO     string `name:"esco" help:"Folder with ESCO's CSV files, likewise." type:"existingdir" env:"CAREERSTREAM_ESCO" placeholder:"DIR"`
	Facts    string `help:"Folder with tables of words for credentials, education, methods and hours, instead of those built in." type:"existingdir" env:"CAREERSTREAM_FACTS" placeholder:"DIR"`

	Drift driftFlags `embed:"" prefix:"drift-"`
}

// driftFlags are the thresholds of the drift guard, for the file of --config
// (drift_min_records and so on); 0 is the default of the guard.
type driftFlags struct {
	MinRecords    int     `help:"Records of a site from which on it counts as known." hidden:""`
	RequiredShare float64 `help:"Share of a site's records that makes a field required." hidden:""`
	ShrinkTo      float64 `help:"Share of a field under which it is looked at." hidden:""`
	ShrinkAlone   float64 `help:"The same where the site is not known yet." hidden:""`
	Tail          float64 `help:"Share of a site's records that may be as small." hidden:""`
	GrowTo        float64 `help:"How many times a field is too much." hidden:""`
	CollapseTo    float64 `help:"Share of all text under which a record has collapsed." hidden:""`
	TemplateTo    float64 `help:"Share of all text that stays when the template changes." hidden:""`
}

func (f driftFlags) config() drift.Config { return drift.Config(f) }

// pipeline is the configuration of the stages. Errors are those of the command
// line.
func (f stageFlags) pipeline(p *program, stages []string) (app.PipelineConfig, error) {
	parser, err := newParser("", f.Profiles)
	if err != nil {
		return app.PipelineConfig{}, usage("%v", err)
	}
	if _, err := drift.New(f.Drift.config()); err != nil {
		return app.PipelineConfig{}, usage("%v", err)
	}
	return app.PipelineConfig{
		Stages: stages, Parser: parser, Drift: f.Drift.config(), Logger: p.log,
		Knowledge: app.Knowledge{ONET: f.ONET, ESCO: f.ESCO, Facts: f.Facts},
	}, nil
}
