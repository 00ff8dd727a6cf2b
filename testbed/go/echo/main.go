// The one small program behind the testbed's images that have no Debian package: a service
// that says what it is and what it was given. The name it is called by chooses its role.
//
// Environment: PORT (listen here), START_DELAY (a duration before it listens), FAIL_PATH
// (paths, separated by commas, that answer 500), EXIT_AFTER (a duration after which it ends
// with EXIT_CODE, 1 if unset), API_URL (asked by a front end for every page).
package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

type role struct {
	port  int
	start func() error
}

var roles = map[string]role{
	"echo":          {port: 8080},
	"backend":       {port: 8080},
	"frontend":      {port: 80},
	"envoy":         {port: 9901, start: requireConfig},
	"node_exporter": {port: 9100},
	"fluentd":       {port: 24224, start: followLogs},
	"backup-agent":  {port: 8089, start: reportSizes},
}

func main() {
	name := filepath.Base(os.Args[0])
	switch name {
	case "pause":
		waitForSignal()
		return
	case "nslookup":
		os.Exit(nslookup(os.Args[1:]))
	}
	r, ok := roles[name]
	if !ok {
		name, r = "echo", roles["echo"]
	}
	if err := run(name, r); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

func run(name string, r role) error {
	if delay, err := duration("START_DELAY"); err != nil {
		return err
	} else if delay > 0 {
		fmt.Printf("%s: waiting %s before listening (START_DELAY)\n", name, delay)
		time.Sleep(delay)
	}
	after, err := duration("EXIT_AFTER")
	if err != nil {
		return err
	}
	if after > 0 {
		time.AfterFunc(after, func() { exit(name, after) })
	}
	if r.start != nil {
		if err := r.start(); err != nil {
			return err
		}
	}
	port := r.port
	if text := os.Getenv("PORT"); text != "" {
		if port, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("PORT %q is not a number", text)
		}
	}
	go func() {
		waitForSignal()
		fmt.Printf("%s: told to stop\n", name)
		os.Exit(0)
	}()
	return serve(name, port)
}

func exit(name string, after time.Duration) {
	code, err := strconv.Atoi(os.Getenv("EXIT_CODE"))
	if err != nil {
		code = 1
	}
	fmt.Fprintf(os.Stderr, "%s: ending with code %d after %s (EXIT_AFTER)\n", name, code, after)
	os.Exit(code)
}

// duration reads a Go duration ("1.5s") or a number of seconds.
func duration(key string) (time.Duration, error) {
	text := os.Getenv(key)
	if text == "" {
		return 0, nil
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("%s %q is not a duration", key, text)
	}
	return d, nil
}

func waitForSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
}
