package main

import (
	"careerstream/deploy/app"
)

// stageFlags are what the stages work with, in every command that may run them.
type stageFlags struct {
	Profiles string `help:"Folder with more site profiles." type:"existingdir" placeholder:"DIR"`
	ONET     string `name:"onet" help:"Folder with O*NET's text files: careers get their occupation codes." type:"existingdir" env:"CAREERSTREAM_ONET" placeholder:"DIR"`
	ESCO     string `name:"esco" help:"Folder with ESCO's CSV files, likewise." type:"existingdir" env:"CAREERSTREAM_ESCO" placeholder:"DIR"`
	Facts    string `help:"Folder with tables of words for credentials, education, methods and hours, instead of those built in." type:"existingdir" env:"CAREERSTREAM_FACTS" placeholder:"DIR"`
}

// pipeline is the configuration of the stages. Errors are those of the command
// line.
func (f stageFlags) pipeline(p *program, stages []string) (app.PipelineConfig, error) {
	parser, err := newParser("", f.Profiles)
	if err != nil {
		return app.PipelineConfig{}, usage("%v", err)
	}
	return app.PipelineConfig{
		Stages: stages, Parser: parser, Logger: p.log,
		Knowledge: app.Knowledge{ONET: f.ONET, ESCO: f.ESCO, Facts: f.Facts},
	}, nil
}
