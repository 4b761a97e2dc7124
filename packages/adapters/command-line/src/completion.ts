/** Completion in shells: a script that asks the program, and the program's answer. */
import { parseLine } from "./parse.ts";
import { type Command, defaultCommand, type Flag } from "./tree.ts";

/** What may stand in place of the last of the words; the shell picks those that begin like it. */
export function completions(program: Command, words: readonly string[]): readonly string[] {
  const current = words.at(-1) ?? "";
  const previous = words.at(-2) ?? "";
  const before = words.slice(0, -1);
  const readFile = (): string => "";
  const line = parseLine(program, before, { readFile, ignoresDefaults: true });
  const command = line.commands.at(-1) ?? program;
  const flags = [...line.flags, ...(defaultCommand(command.commands ?? [])?.flags ?? [])];
  const waiting = flags.find(({ name }) => previous === `--${name}`);
  if (waiting !== undefined && waiting.kind !== "switch" && !current.startsWith("-")) {
    return waiting.choices ?? [];
  }
  if (current.startsWith("-")) return flags.flatMap(flagNames);
  return (command.commands ?? []).map(({ name }) => name);
}

function flagNames({ name, kind, isHidden }: Flag): string[] {
  if (isHidden === true) return [];
  return kind === "switch" ? [`--${name}`, `--no-${name}`] : [`--${name}`];
}

/** To be read by bash: `eval "$(program --completion-script-bash)"`. */
export function bashCompletionScript(name: string): string {
  return `
_${name}_completion() {
    local word="\${COMP_WORDS[COMP_CWORD]}"
    local choices
    choices="$("\${COMP_WORDS[0]}" --completion-bash "\${COMP_WORDS[@]:1:COMP_CWORD}")"
    COMPREPLY=($(compgen -W "$choices" -- "$word"))
}
complete -o default -F _${name}_completion ${name}

`;
}

/** To be read by zsh, or put as \`_program\` into a folder of its \`fpath\`. */
export function zshCompletionScript(name: string): string {
  return `#compdef ${name}

_${name}() {
    local -a choices
    choices=("\${(@f)$("\${words[1]}" --completion-bash "\${(@)words[2,CURRENT]}")}")
    compadd -a choices
    if (( compstate[nmatches] == 0 )) && [[ "\${words[CURRENT]}" != -* ]]; then
        _files
    fi
}

if [[ "\${funcstack[1]}" == "_${name}" ]]; then
    _${name} "$@"
else
    compdef _${name} ${name}
fi
`;
}
