package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// nslookup tries the search list for names with dots, too, as Kubernetes' short names need;
// the applet of busybox does not.
func nslookup(args []string) int {
	if len(args) == 0 || len(args) > 2 || strings.HasPrefix(args[0], "-") {
		fmt.Fprintln(os.Stderr, "Usage: nslookup HOST [DNS_SERVER]")
		return 1
	}
	server, candidates := resolverConfiguration(args[0])
	if len(args) == 2 {
		server = args[1]
	}
	server = net.JoinHostPort(server, "53")
	fmt.Printf("Server:\t\t%s\nAddress:\t%s\n\n", strings.TrimSuffix(server, ":53"), server)
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if net.ParseIP(args[0]) != nil {
		names, err := resolver.LookupAddr(ctx, args[0])
		if err != nil {
			return notFound(args[0], err)
		}
		for _, name := range names {
			fmt.Printf("%s\tname = %s\n", args[0], strings.TrimSuffix(name, "."))
		}
		return 0
	}
	var last error
	for _, name := range candidates {
		addresses, err := resolver.LookupHost(ctx, name+".")
		if err != nil {
			last = err
			continue
		}
		for _, address := range addresses {
			fmt.Printf("Name:\t%s\nAddress: %s\n", name, address)
		}
		return 0
	}
	return notFound(args[0], last)
}

func notFound(name string, err error) int {
	var failure *net.DNSError
	if errors.As(err, &failure) && failure.IsNotFound {
		fmt.Printf("** server can't find %s: NXDOMAIN\n", name)
	} else {
		fmt.Printf(";; %v\n", err)
	}
	return 1
}

// resolverConfiguration is the first name server and the full names to try, in order.
func resolverConfiguration(name string) (server string, candidates []string) {
	server = "127.0.0.1"
	var search []string
	text, _ := os.ReadFile("/etc/resolv.conf")
	for _, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		switch {
		case len(fields) > 1 && fields[0] == "nameserver" && server == "127.0.0.1":
			server = fields[1]
		case len(fields) > 1 && fields[0] == "search":
			search = fields[1:]
		}
	}
	if full, ok := strings.CutSuffix(name, "."); ok {
		return server, []string{full}
	}
	for _, domain := range search {
		candidates = append(candidates, name+"."+domain)
	}
	return server, append(candidates, name)
}
