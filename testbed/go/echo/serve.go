package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

type answer struct {
	Name     string            `json:"name"`
	Version  string            `json:"version,omitempty"`
	Hostname string            `json:"hostname"`
	Method   string            `json:"method"`
	Path     string            `json:"path"`
	Status   string            `json:"status"`
	Env      map[string]string `json:"env"`
}

func serve(name string, port int) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { echo(w, r, name) })
	if name == "node_exporter" {
		mux.HandleFunc("/metrics", metrics)
	}
	if name == "frontend" {
		mux.HandleFunc("GET /{$}", page)
	}
	fmt.Printf("%s %s: listening on :%d\n", name, os.Getenv("IMAGE_VERSION"), port)
	server := &http.Server{Addr: fmt.Sprintf(":%d", port), Handler: failing(mux), ReadHeaderTimeout: 10 * time.Second}
	return server.ListenAndServe()
}

// failing answers 500 for the paths that FAIL_PATH names.
func failing(next http.Handler) http.Handler {
	paths := map[string]bool{}
	for _, path := range strings.Split(os.Getenv("FAIL_PATH"), ",") {
		if path = strings.TrimSpace(path); path != "" {
			paths[path] = true
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if paths[r.URL.Path] {
			http.Error(w, "told to fail by FAIL_PATH", http.StatusInternalServerError)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func echo(w http.ResponseWriter, r *http.Request, name string) {
	a := answer{Name: name, Version: os.Getenv("IMAGE_VERSION"), Method: r.Method, Path: r.URL.Path, Status: "ok", Env: map[string]string{}}
	a.Hostname, _ = os.Hostname()
	for _, pair := range os.Environ() {
		if key, value, ok := strings.Cut(pair, "="); ok {
			a.Env[key] = value
		}
	}
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(a)
}

func page(w http.ResponseWriter, _ *http.Request) {
	host, _ := os.Hostname()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><title>frontend</title><h1>frontend %s</h1><p>served by <code>%s</code></p>\n",
		html.EscapeString(os.Getenv("IMAGE_VERSION")), html.EscapeString(host))
	url := os.Getenv("API_URL")
	if url == "" {
		fmt.Fprintln(w, "<p>API_URL is not set</p>")
		return
	}
	body, err := ask(url)
	if err != nil {
		fmt.Fprintf(w, "<p><code>%s</code> does not answer:</p><pre>%s</pre>\n", html.EscapeString(url), html.EscapeString(err.Error()))
		return
	}
	fmt.Fprintf(w, "<p><code>%s</code> answers:</p><pre>%s</pre>\n", html.EscapeString(url), html.EscapeString(body))
}

func ask(url string) (string, error) {
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	return string(body), err
}

func metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	host, _ := os.Hostname()
	fmt.Fprintf(w, "# HELP node_uname_info Name of the host.\n# TYPE node_uname_info gauge\nnode_uname_info{nodename=%q} 1\n", host)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		if fields := strings.Fields(string(load)); len(fields) > 0 {
			fmt.Fprintf(w, "# HELP node_load1 1m load average.\n# TYPE node_load1 gauge\nnode_load1 %s\n", fields[0])
		}
	}
	fmt.Fprintf(w, "# HELP node_time_seconds System time in seconds since epoch (1970).\n# TYPE node_time_seconds gauge\nnode_time_seconds %d\n", time.Now().Unix())
}
