{{- define "tabir.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "tabir.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tabir.labels" -}}
{{ include "tabir.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "tabir.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "tabir.name" .) -}}
{{- end -}}

{{/* A user at PostgreSQL as the configuration spells it. Takes (dict "user" USER "file" NAME). */}}
{{- define "tabir.backendUser" -}}
user: {{ .user.user | quote }}
{{- if .user.password }}
password_file: /etc/tabir/secrets/{{ .file }}
{{- end }}
{{- end -}}

{{/* tabir.yaml: the values in the words of gateway/config/tabir.example.yaml. */}}
{{- define "tabir.config" -}}
listen: ["0.0.0.0:5432"]
http: "0.0.0.0:9187"
{{- if .Values.tls.secret }}
tls:
  certificate: /etc/tabir/tls/tls.crt
  key: /etc/tabir/tls/tls.key
  required: {{ ne .Values.tls.required false }}
{{- else }}
tls: "off"
{{- end }}
users_file: /etc/tabir/secrets/users
policies:
{{- range $name, $_ := .Values.policies }}
  - {{ $name | quote }}
{{- end }}
servers:
{{- range $name, $server := .Values.servers }}
  {{ $name | quote }}:
    {{- omit $server "ca" | toYaml | nindent 4 }}
    {{- if $server.ca }}
    ca_file: /etc/tabir/secrets/ca-{{ $name }}
    {{- end }}
{{- end }}
databases:
  {{- toYaml .Values.databases | nindent 2 }}
backend:
  default:
    {{- include "tabir.backendUser" (dict "user" .Values.backend.default "file" "backend-default") | nindent 4 }}
  {{- with .Values.backend.catalog }}
  catalog:
    {{- include "tabir.backendUser" (dict "user" . "file" "backend-catalog") | nindent 4 }}
  {{- end }}
  {{- with .Values.backend.roles }}
  roles:
    {{- range $role, $user := . }}
    {{ $role | quote }}:
      {{- include "tabir.backendUser" (dict "user" $user "file" (printf "role-%s" $role)) | nindent 6 }}
    {{- end }}
  {{- end }}
{{- with .Values.sharedBudgets }}
shared_budgets:
  {{- omit . "hashSecret" "password" "tls" "database" | toYaml | nindent 2 }}
  secret_file: /etc/tabir/secrets/budgets-secret
  {{- if .password }}
  password_file: /etc/tabir/secrets/redis-password
  {{- end }}
  {{- if .database }}
  database: {{ int64 .database }}
  {{- end }}
  {{- if kindIs "string" .tls }}
  tls: "off"
  {{- else }}
  tls:
    ca_file: /etc/tabir/secrets/redis-ca
    {{- if .tls.certificate }}
    certificate: /etc/tabir/secrets/redis-certificate
    key: /etc/tabir/secrets/redis-key
    {{- end }}
  {{- end }}
{{- end }}
catalog_refresh: {{ .Values.catalogRefresh }}
timeouts:
  drain: {{ .Values.drainSeconds }}s
  {{- with .Values.timeouts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.limits }}
limits:
  {{- range $name, $limit := . }}
  {{- /* Helm reads numbers as floats: a million would become 1e+06. */}}
  {{ $name }}: {{ if kindIs "string" $limit }}{{ $limit }}{{ else }}{{ int64 $limit }}{{ end }}
  {{- end }}
{{- end }}
log_level: {{ .Values.logLevel }}
{{- end -}}

{{/* One key of a Secret as a file of the projected volume. Takes (dict "from" {secret, key} "path" NAME). */}}
{{- define "tabir.secretFile" -}}
- secret:
    name: {{ .from.secret }}
    items:
      - key: {{ .from.key }}
        path: {{ .path }}
{{- end -}}
