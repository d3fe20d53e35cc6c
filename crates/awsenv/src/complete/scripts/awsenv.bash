# shellcheck shell=bash
# Completions of awsenv for bash, 3.2 and later.

__awsenv_complete() {
  COMPREPLY=()
  local line answer kind IFS=$'\n' LC_ALL=${LC_ALL-}
  # Before 4.3 the cursor's position was counted in bytes.
  if [ "${BASH_VERSINFO[0]}" -lt 4 ] || { [ "${BASH_VERSINFO[0]}" -eq 4 ] && [ "${BASH_VERSINFO[1]}" -lt 3 ]; }; then
    LC_ALL=C
  fi
  line=${COMP_LINE:0:COMP_POINT}
  answer=$(COMPLETE=bash \command '__AWSENV_EXE__' -- "$line" "${COMP_WORDBREAKS-}" "${COMP_TYPE-}" 2>/dev/null) || return 0
  kind=${answer%%$'\n'*}
  answer=${answer#"$kind"}
  case $kind in
    # Into the array without globbing, and without a second process.
    values) IFS=$'\n' read -r -d '' -a COMPREPLY <<<"$answer" || : ;;
    child) __awsenv_complete_child "${answer#$'\n'}" ;;
    *) compopt -o default 2>/dev/null || : ;;
  esac
}

# Completes the command behind `exec … --` as the shell does. The first argument is that command up to the cursor.
__awsenv_complete_child() {
  local first=0
  while [ "$first" -lt "$COMP_CWORD" ] && [ "${COMP_WORDS[first]}" != -- ]; do first=$((first + 1)); done
  first=$((first + 1))
  [ "$first" -le "$COMP_CWORD" ] || return 0
  # With the package bash-completion there is a function for it.
  local function IFS=$' \t\n'
  for function in _comp_command_offset _command_offset; do
    if declare -F "$function" >/dev/null; then
      "$function" "$first"
      return 0
    fi
  done
  local after=${COMP_LINE:COMP_POINT}
  local COMP_LINE=$1$after COMP_POINT=${#1} COMP_CWORD=$((COMP_CWORD - first))
  local words=("${COMP_WORDS[@]:first}")
  local COMP_WORDS=("${words[@]}")
  local name=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before='' specification option
  if [ "$COMP_CWORD" -eq 0 ]; then
    case $word in
      */*) compopt -o default 2>/dev/null || : ;;
      *) IFS=$'\n' read -r -d '' -a COMPREPLY <<<"$(compgen -c -- "$word")" || : ;;
    esac
    return 0
  fi
  before=${COMP_WORDS[COMP_CWORD - 1]}
  if ! specification=$(complete -p -- "$name" 2>/dev/null || complete -p -- "${name##*/}" 2>/dev/null); then
    compopt -o bashdefault -o default 2>/dev/null || :
    return 0
  fi
  for option in bashdefault default dirnames filenames noquote nosort nospace plusdirs; do
    case $specification in
      *" -o $option "*) compopt -o "$option" 2>/dev/null || : ;;
    esac
  done
  # The program of `complete -C`, as of the AWS CLI; its path as `complete -p` quotes it, which is not evaluated again.
  case $specification in
    *' -F '*)
      function=${specification#* -F }
      "${function%% *}" "$name" "$word" "$before" || :
      ;;
    *" -C '"*)
      option=${specification#* -C \'}
      option=${option%%\'*}
      export COMP_LINE COMP_POINT COMP_KEY COMP_TYPE
      IFS=$'\n' read -r -d '' -a COMPREPLY <<<"$(\command "$option" "$name" "$word" "$before" 2>/dev/null)" || :
      ;;
    *) compopt -o bashdefault -o default 2>/dev/null || : ;;
  esac
}

# Before 4.0 a function cannot ask for files, so there they come whenever there is nothing else.
if [ "${BASH_VERSINFO[0]}" -ge 4 ]; then
  complete -F __awsenv_complete __AWSENV_CMD__
else
  complete -o default -F __awsenv_complete __AWSENV_CMD__
fi
