{{/* Stops where values of different sections contradict each other, which values.schema.json could not explain. */}}
{{- define "tabir.refuseContradictions" -}}
{{- $state := .Values.state -}}
{{- $several := gt (int .Values.replicas) 1 -}}
{{- if and $state.budgetJournal $several (not .Values.sharedBudgets) -}}
{{- fail "state.budgetJournal is of one process alone: give sharedBudgets, too, or replicas: 1" -}}
{{- end -}}
{{- if and $state.budgetJournal $several $state.claim (not $state.shared) -}}
{{- fail "state.budgetJournal of several replicas lies on one volume: give state.claim that is ReadWriteMany and state.shared: true" -}}
{{- end -}}
{{- if and $state.frozenUsers $several (not $state.shared) -}}
{{- fail "state.frozenUsers must hold in all replicas: give state.claim that is ReadWriteMany and state.shared: true" -}}
{{- end -}}
{{- if and .Values.tokens (not .Values.tls.secret) -}}
{{- fail "tokens are taken over TLS only: give tls.secret" -}}
{{- end -}}
{{- if and .Values.tls.clientCa (not .Values.tls.secret) -}}
{{- fail "tls.clientCa asks for certificates of clients, which takes TLS: give tls.secret" -}}
{{- end -}}
{{- end -}}
