// Package app puts careerstream together: it opens the engines, embedded or
// elsewhere, and runs the stages between them.
package app
