{{- define "selector" -}}
kube-min-cli-appId: {{ .root.Values.appId }}
kube-min-cli-componentName: {{ .component }}
{{- end }}

{{- define "pod" -}}
app.kubernetes.io/managed-by: kubemin
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/part-of: {{ .root.Values.application }}
kube-min-cli-componentId: {{ index .root.Values.components .component }}
{{ include "selector" . }}
{{- end }}

{{- define "labels" -}}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{ include "pod" . }}
{{- end }}
