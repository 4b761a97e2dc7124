{{- define "tocsin.probe" -}}
httpGet:
  path: {{ printf "%s/-/%s" .prefix .path }}
  port: http
{{- toYaml .times | nindent 0 }}
{{- end -}}

{{/* What every path starts with, as the program derives it from the settings. */}}
{{- define "tocsin.routePrefix" -}}
{{- $web := .Values.settings.web | default dict -}}
{{- $url := index $web "external-url" | default "" -}}
{{- $path := "" -}}
{{- if $url -}}{{- $path = (urlParse $url).path -}}{{- end -}}
{{- $prefix := index $web "route-prefix" | default $path | trimAll "/" -}}
{{- if $prefix -}}/{{ $prefix }}{{- end -}}
{{- end -}}

{{- define "tocsin.container" -}}
{{- $prefix := include "tocsin.routePrefix" . -}}
image: {{ include "tocsin.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args:
  - --settings.file=/etc/tocsin/settings/settings.yml
  # The pod's name is the same after a restart, and with it the instance's share of the tenants.
  - --ring.instance-id=$(POD_NAME)
  - --rpc.advertise-address={{ .Values.rpcAdvertiseHost }}:{{ .Values.ports.rpc }}
env:
  {{- include "tocsin.environment" . | nindent 2 }}
ports:
  - name: http
    containerPort: {{ .Values.ports.http }}
    protocol: TCP
  - name: grpc
    containerPort: {{ .Values.ports.rpc }}
    protocol: TCP
# Healthy depends on the process alone: a restart mends neither Redis nor S3.
startupProbe:
  {{- include "tocsin.probe" (dict "prefix" $prefix "path" "healthy" "times" .Values.probes.startup) | nindent 2 }}
livenessProbe:
  {{- include "tocsin.probe" (dict "prefix" $prefix "path" "healthy" "times" .Values.probes.liveness) | nindent 2 }}
readinessProbe:
  {{- include "tocsin.probe" (dict "prefix" $prefix "path" "ready" "times" .Values.probes.readiness) | nindent 2 }}
{{- if .Values.preStopSleepSeconds }}
lifecycle:
  preStop:
    exec:
      command: [sleep, {{ .Values.preStopSleepSeconds | quote }}]
{{- end }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: settings
    mountPath: /etc/tocsin/settings
    readOnly: true
  - name: config
    mountPath: /etc/tocsin/config
    readOnly: true
  - name: storage
    mountPath: /var/lib/tocsin
  - name: tmp
    mountPath: /tmp
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "tocsin.environment" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
- name: NODE_OPTIONS
  value: --max-old-space-size-percentage={{ .Values.heapPercentage }}
{{- with .Values.redis.existingSecret }}
{{- if .name }}
- name: TOCSIN_RING_STORE
  valueFrom:
    secretKeyRef:
      name: {{ .name }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- with .Values.s3.existingSecret }}
{{- if .name }}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ .name }}
      key: {{ .accessKeyIdKey }}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .name }}
      key: {{ .secretAccessKeyKey }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
