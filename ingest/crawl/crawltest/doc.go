// Package crawltest holds the suite that every broker of a crawl must pass, a
// broker in memory with the behaviour that the ports promise, a site on
// loopback that keeps a log, and a way to kill a process in the middle.
package crawltest
