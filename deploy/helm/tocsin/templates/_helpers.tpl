{{- define "tocsin.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for "-headless" and for the revision hash that Kubernetes puts behind it. */}}
{{- define "tocsin.fullname" -}}
{{- $name := include "tocsin.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tocsin.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tocsin.labels" -}}
{{ include "tocsin.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "tocsin.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "tocsin.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.hasRedis" -}}
{{- if or .Values.redis.url .Values.redis.existingSecret.name -}}yes{{- end -}}
{{- end -}}

{{/* Several instances without a common ring and bucket would each notify on their own. */}}
{{- define "tocsin.check" -}}
{{- $isSeveral := or (gt (int .Values.replicas) 1) (eq .Values.scaling.mode "external") -}}
{{- if and $isSeveral (not (include "tocsin.hasRedis" .)) -}}
{{- fail "more than one replica needs redis.url or redis.existingSecret.name: without it each would notify on its own" -}}
{{- end -}}
{{- if and $isSeveral (not .Values.s3.bucket) -}}
{{- fail "more than one replica needs s3.bucket: a folder of one pod is out of reach of the others" -}}
{{- end -}}
{{- if and .Values.redis.url .Values.redis.existingSecret.name -}}
{{- fail "set either redis.url or redis.existingSecret.name" -}}
{{- end -}}
{{- if and .Values.s3.existingSecret.name (not .Values.s3.bucket) -}}
{{- fail "s3.existingSecret.name changes nothing without s3.bucket" -}}
{{- end -}}
{{- if and .Values.s3.endpoint (not .Values.s3.region) -}}
{{- fail "s3.endpoint needs s3.region: requests are signed for a region, whatever its name" -}}
{{- end -}}
{{- end -}}

{{/* The number of replicas: with an owner outside, the live number, so that an upgrade changes nothing. */}}
{{- define "tocsin.replicas" -}}
{{- $live := dict -}}
{{- if eq .Values.scaling.mode "external" -}}
{{- $live = lookup "apps/v1" "StatefulSet" .Release.Namespace (include "tocsin.fullname" .) -}}
{{- end -}}
{{- if $live -}}{{- $live.spec.replicas -}}{{- else -}}{{- .Values.replicas -}}{{- end -}}
{{- end -}}

{{- define "tocsin.stateStore" -}}
{{- $query := list -}}
{{- with .Values.s3.endpoint -}}{{- $query = append $query (printf "endpoint=%s" (urlquery .)) -}}{{- end -}}
{{- with .Values.s3.region -}}{{- $query = append $query (printf "region=%s" (urlquery .)) -}}{{- end -}}
{{- if not (kindIs "invalid" .Values.s3.pathStyle) -}}
{{- $query = append $query (printf "pathStyle=%t" .Values.s3.pathStyle) -}}
{{- end -}}
s3://{{ .Values.s3.bucket }}
{{- with .Values.s3.prefix }}/{{ trimAll "/" . }}{{ end -}}
{{- if $query }}?{{ join "&" $query }}{{ end -}}
{{- end -}}

{{/* The settings file: what people set, and what the chart decides. The schema keeps the two apart. */}}
{{- define "tocsin.settings" -}}
{{- $own := dict
  "config" (dict "file" "/etc/tocsin/config/alertmanager.yml")
  "storage" (dict "path" "/var/lib/tocsin")
  "tenancy" (dict "enabled" true)
  "web" (dict "listen-address" (printf ":%d" (int .Values.ports.http)))
  "rpc" (dict "listen-address" (printf ":%d" (int .Values.ports.rpc)))
-}}
{{- if .Values.existingConfigSecret.name -}}
{{- $_ := set $own.config "file" (printf "/etc/tocsin/config/%s" .Values.existingConfigSecret.key) -}}
{{- end -}}
{{- with .Values.redis.url -}}{{- $_ := set $own "ring" (dict "store" .) -}}{{- end -}}
{{- if .Values.s3.bucket -}}
{{- $_ := set $own "state" (dict "store" (include "tocsin.stateStore" .)) -}}
{{- end -}}
{{- if .Values.ports.admin -}}
{{- $_ := set $own "admin" (dict "listen-address" (printf "127.0.0.1:%d" (int .Values.ports.admin))) -}}
{{- end -}}
{{- mergeOverwrite (deepCopy .Values.settings) $own | toYaml -}}
{{- end -}}
