import type { Flag } from "@tocsin/command-line";
import { FEATURES } from "../matchers/features.ts";

/** The flags that stand with every command. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  {
    name: "help",
    short: "h",
    kind: "switch",
    help: "Show help for the program or the command (see --help-long and --help-man too).",
  },
  { name: "help-long", kind: "switch", help: "Show help for all commands.", isHidden: true },
  { name: "help-man", kind: "switch", help: "Write a manual page.", isHidden: true },
  { name: "completion-bash", kind: "switch", help: "Complete the words given.", isHidden: true },
  {
    name: "completion-script-bash",
    kind: "switch",
    help: "Write a script that makes bash complete.",
    isHidden: true,
  },
  {
    name: "completion-script-zsh",
    kind: "switch",
    help: "Write a script that makes zsh complete.",
    isHidden: true,
  },
  {
    name: "date.format",
    kind: "text",
    preset: "2006-01-02 15:04:05 MST",
    help: "How dates are shown, as a layout of Go's.",
  },
  {
    name: "verbose",
    short: "v",
    kind: "switch",
    help: "Say how matchers are read.",
  },
  {
    name: "alertmanager.url",
    kind: "url",
    placeholder: "URL",
    help: "The Alertmanager to talk to. A user and password in it are sent as basic authentication.",
  },
  {
    name: "output",
    short: "o",
    kind: "choice",
    choices: ["simple", "extended", "json"],
    preset: "simple",
    help: "How much is shown, and how (simple, extended, json).",
  },
  {
    name: "timeout",
    kind: "duration",
    preset: "30s",
    help: "How long the command may take.",
  },
  {
    name: "http.config.file",
    kind: "file",
    placeholder: "FILE",
    help: "A file with an http_config as in Alertmanager's configuration: credentials, TLS, headers.",
  },
  {
    name: "version-check",
    kind: "switch",
    preset: "true",
    help: "Warn when the Alertmanager is of another version.",
  },
  {
    name: "enable-feature",
    kind: "text",
    preset: "",
    help: `Experimental features, separated by commas. Known: ${FEATURES.join(", ")}.`,
  },
  { name: "version", kind: "switch", help: "Show the version." },
];
