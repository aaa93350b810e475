import { type Completed, spellings, type ValueKind, valueKind } from './completed.js';

/** The completion of one command for bash, which needs no bash-completion package. */
export function bashCompletion({ name, options }: Completed): string {
  const byAction = new Map<string, string[]>();
  for (const [option, spec] of Object.entries(options)) {
    const kind = valueKind(spec);
    if (kind === 'none') continue;
    const action = actionOf(kind);
    // An optional value attaches with `=` only: the word behind it is not its value.
    const names = spec.value === undefined ? [`--${option}=`] : [...spellings(option, spec), `--${option}=`];
    byAction.set(action, [...(byAction.get(action) ?? []), ...names]);
  }
  const cases = [...byAction].map(([action, names]) => `    ${names.join('|')}) ${action} ;;`);
  const words = Object.entries(options).flatMap(([option, spec]) => spellings(option, spec));
  const shell = `_pkiutils_${name.replaceAll('-', '_')}`;
  return `# bash completion of ${name}, made from its option table
${shell}() {
  # Words as the user sees them: COMP_WORDS are split at = and : as well.
  local line=\${COMP_LINE:0:COMP_POINT}
  local word=\${line##*[[:space:]]} before previous value attached='' typed
  before=\${line%"$word"}
  before=\${before%"\${before##*[![:space:]]}"}
  previous=\${before##*[[:space:]]}
  value=$word
  if [[ $word == --*=* ]]; then
    previous=\${word%%=*}=
    value=\${word#*=}
    attached=$previous
  fi
  COMPREPLY=()
  [[ " $before " == *' -- '* ]] && previous='' && word=x
  case $previous in
${cases.join('\n')}
    *)
      if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W ${`'${words.join(' ')}'`} -- "$word")
      else
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$value")
      fi
      ;;
  esac
  # bash puts the answer behind the last = or :, whatever stands before it is there already.
  word=$attached$value
  typed=\${word%"\${word##*[=:]}"}
  typed=\${typed#"$attached"}
  COMPREPLY=("\${COMPREPLY[@]#"$typed"}")
}
complete -F ${shell} ${name}
`;
}

function actionOf(kind: ValueKind): string {
  if (kind === 'file') return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$value")';
  if (kind === 'directory') return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$value")';
  if (typeof kind !== 'object') return ':';
  const words = `-W '${kind.words.join(' ')}'`;
  return kind.isList
    ? `mapfile -t COMPREPLY < <(compgen -P "\${value%"\${value##*,}"}" ${words} -- "\${value##*,}")`
    : `mapfile -t COMPREPLY < <(compgen ${words} -- "$value")`;
}
