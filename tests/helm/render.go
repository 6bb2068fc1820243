// Renders the templates of a chart with the engine and the functions that Helm uses, for tests on a machine without
// helm: render CHART VALUES.json writes {"templates/x.yaml": "text", ...}. Not covered: hooks, lookup, Capabilities,
// dependencies.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(path string, into interface{}) {
	text, err := os.ReadFile(path)
	must(err)
	must(yaml.Unmarshal(text, into))
}

func main() {
	var chart, values map[string]interface{}
	read(filepath.Join(os.Args[1], "Chart.yaml"), &chart)
	read(os.Args[2], &values)
	about := map[string]interface{}{"Name": chart["name"], "Version": chart["version"], "AppVersion": chart["appVersion"]}
	release := map[string]interface{}{"Name": "demo", "Namespace": "default", "Service": "Helm"}
	base := about["Name"].(string) + "/templates"

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := all.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		out, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(out), "\n"), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf(message)
		}
		return value, nil
	}
	all.Funcs(functions)

	files, err := filepath.Glob(filepath.Join(os.Args[1], "templates", "*"))
	must(err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(err)
		template.Must(all.New(base + "/" + filepath.Base(file)).Parse(string(text)))
	}
	rendered := map[string]string{}
	for _, file := range files {
		if name := filepath.Base(file); !strings.HasPrefix(name, "_") {
			var out strings.Builder
			must(all.ExecuteTemplate(&out, base+"/"+name, map[string]interface{}{"Chart": about, "Release": release,
				"Values": values, "Template": map[string]interface{}{"BasePath": base}}))
			rendered["templates/"+name] = out.String()
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(rendered))
}
