package main

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// requireConfig does what the real proxy does first: it reads the file that `-c` names.
func requireConfig() error {
	for i, arg := range os.Args[:len(os.Args)-1] {
		if arg == "-c" || arg == "--config-path" {
			if _, err := os.ReadFile(os.Args[i+1]); err != nil {
				return fmt.Errorf("unable to read the configuration: %w", err)
			}
		}
	}
	return nil
}

// followLogs prints what is added to the files below /var/log/app.
func followLogs() error {
	go func() {
		read := map[string]int64{}
		for range time.Tick(time.Second) {
			files, _ := filepath.Glob("/var/log/app/*")
			for _, file := range files {
				read[file] = printFrom(file, read[file])
			}
		}
	}()
	return nil
}

func printFrom(file string, offset int64) int64 {
	f, err := os.Open(file)
	if err != nil {
		return offset
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return offset
	}
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return offset
		}
		offset += int64(len(line))
		fmt.Printf("%s: %s", file, line)
	}
}

// reportSizes prints once a minute how much there is to save below /backup-source.
func reportSizes() error {
	go func() {
		for ; ; time.Sleep(time.Minute) {
			files, bytes := 0, int64(0)
			_ = filepath.WalkDir("/backup-source", func(_ string, entry fs.DirEntry, err error) error {
				if err == nil && entry.Type().IsRegular() {
					if info, err := entry.Info(); err == nil {
						files, bytes = files+1, bytes+info.Size()
					}
				}
				return nil
			})
			fmt.Printf("backup-agent: %d files, %d bytes below /backup-source\n", files, bytes)
		}
	}()
	return nil
}
