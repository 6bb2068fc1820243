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
  {{- if .Values.tls.clientCa }}
  client_ca: /etc/tabir/secrets/client-ca
  {{- end }}
{{- else }}
tls: "off"
{{- end }}
users_file: /etc/tabir/secrets/users
{{- if .Values.state.budgetJournal }}
budget_journal: /var/lib/tabir/{{ ternary "journals" "budgets" (not (empty .Values.sharedBudgets)) }}
{{- end }}
{{- if .Values.state.frozenUsers }}
frozen_users_file: /var/lib/tabir/frozen
{{- end }}
{{- with .Values.events.webhook }}
events:
  webhook:
    {{- omit . "hmacSecret" "ca" | toYaml | nindent 4 }}
    {{- if .hmacSecret }}
    secret_file: /etc/tabir/secrets/webhook-secret
    {{- end }}
    {{- if .ca }}
    ca_file: /etc/tabir/secrets/webhook-ca
    {{- end }}
{{- end }}
{{- with .Values.tokens }}
tokens:
  {{- omit . "keys" "hmacSecret" | toYaml | nindent 2 }}
  {{- if .keys }}
  keys: /etc/tabir/secrets/token-keys
  {{- end }}
  {{- if .hmacSecret }}
  secret_file: /etc/tabir/secrets/token-secret
  {{- end }}
{{- end }}
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

{{/* A key of a Secret or ConfigMap as a file of the projected volume. Takes (dict "from" {secret, key} "path" NAME). */}}
{{- define "tabir.secretFile" -}}
- {{ ternary "configMap" "secret" (hasKey .from "configMap") }}:
    name: {{ .from.configMap | default .from.secret | quote }}
    items:
      - key: {{ .from.key | quote }}
        path: {{ .path | quote }}
{{- end -}}

{{/* The port that an http:// or https:// URL names or implies. */}}
{{- define "tabir.urlPort" -}}
{{- $named := regexFind ":[0-9]+$" (regexFind "^https?://[^/?#]+" .) -}}
{{- trimPrefix ":" $named | default (ternary "80" "443" (hasPrefix "http://" .)) -}}
{{- end -}}

{{/*
How pods are replaced. Where budgets are not shared one process alone writes a journal, and a claim that is not shared may be
attached to one node only: there the old pod has to end before the new one can start.
*/}}
{{- define "tabir.strategy" -}}
{{- $state := .Values.state -}}
{{- if and $state.claim (or (and $state.budgetJournal (not .Values.sharedBudgets)) (not $state.shared)) -}}
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
{{- end -}}
{{- end -}}
