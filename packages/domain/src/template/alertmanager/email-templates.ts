/**
 * The built-in mail. The subject equals upstream's; the body is our own design: one column that fits a
 * phone, system fonts, no images and nothing loaded from elsewhere, styles on the elements because
 * mail programs drop style sheets, and readable as plain text when they drop those too.
 */
export const EMAIL_TEMPLATES = `{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
{{ define "email.default.html" -}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin:0;padding:0;background-color:#f2f4f7;color:#1c2430;\
font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;\
line-height:1.5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="background-color:#f2f4f7">
<tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" \
style="max-width:640px;text-align:left">
<tr><td style="padding:16px 20px;border-radius:8px 8px 0 0;color:#ffffff;font-size:20px;\
font-weight:bold;{{ if eq .Status "firing" }}background-color:#b42318{{ else }}\
background-color:#1e7a46{{ end }}">
{{- if eq .Status "firing" }}{{ len .Alerts.Firing }} firing{{ if .Alerts.Resolved }}, {{ len \
.Alerts.Resolved }} resolved{{ end }}{{ else }}{{ len .Alerts.Resolved }} resolved{{ end -}}
</td></tr>
<tr><td style="padding:16px 20px;background-color:#ffffff">
{{- range .GroupLabels.SortedPairs }}
<div style="word-break:break-word"><span style="color:#5b6675">{{ .Name }}:</span> <strong>{{ \
.Value }}</strong></div>
{{- else }}
<div>Alerts for {{ .Receiver }}</div>
{{- end }}
<p style="margin:16px 0 0"><a href="{{ template "__alertmanagerURL" . }}" \
style="display:inline-block;padding:10px 18px;border-radius:6px;background-color:#1c4e9c;\
color:#ffffff;text-decoration:none;font-weight:bold">View in {{ template "__alertmanager" . }}\
</a></p>
</td></tr>
{{- range .Alerts.Firing }}{{ template "email.default.alert" . }}{{ end }}
{{- range .Alerts.Resolved }}{{ template "email.default.alert" . }}{{ end }}
<tr><td style="padding:16px 20px;border-radius:0 0 8px 8px;background-color:#ffffff;\
border-top:1px solid #d8dee6;color:#5b6675;font-size:13px">
Sent by <a href="{{ .ExternalURL }}" style="color:#5b6675">{{ template "__alertmanager" . }}\
</a> to receiver {{ .Receiver }}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
{{ end }}
{{ define "email.default.alert" }}
<tr><td style="padding:16px 20px;background-color:#ffffff;border-top:1px solid #d8dee6">
<div style="font-size:17px;font-weight:bold;word-break:break-word">
{{- if eq .Status "firing" }}<span style="color:#b42318">FIRING</span>{{ else }}<span \
style="color:#1e7a46">RESOLVED</span>{{ end }} {{ or .Annotations.summary .Labels.alertname -}}
</div>
<div style="color:#5b6675;font-size:14px">Since {{ .StartsAt.UTC.Format "2006-01-02 15:04:05 \
MST" }}{{ if eq .Status "resolved" }} until {{ .EndsAt.UTC.Format "2006-01-02 15:04:05 MST" }}\
{{ end }}</div>
{{- range .Annotations.SortedPairs }}{{ if ne .Name "summary" }}
<p style="margin:8px 0 0;word-break:break-word;white-space:pre-line"><span \
style="color:#5b6675">{{ .Name }}:</span> {{ .Value }}</p>{{ end }}{{ end }}
<p style="margin:8px 0 0;font-size:14px;word-break:break-word">{{ range .Labels.SortedPairs }}\
<span style="color:#5b6675">{{ .Name }}=</span>{{ .Value }}<br>{{ end }}</p>
{{- if .GeneratorURL }}
<p style="margin:8px 0 0"><a href="{{ .GeneratorURL }}" style="color:#1c4e9c">Source</a></p>
{{- end }}
</td></tr>
{{- end }}
`;
