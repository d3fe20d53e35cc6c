# shellcheck shell=bash
# awsenv for bash, 3.2 and later. In ~/.bashrc: eval "$(awsenv init bash)"

# 1. Variables

__awsenv_exe='__AWSENV_EXE__'
# The directory that was last looked at; empty means look again.
__awsenv_pwd=''
# Its `.awsenv`, a stamp with the time that the file had then, what was said of it, and when to look again in any case.
__awsenv_file='' __awsenv_stamp='' __awsenv_said='' __awsenv_due=''
# What a person may have set by hand since.
__awsenv_mark=''
# The options, the directory, the profile and the key of the last prompt, where a file would be nearer than its own, and until
# when it stays as it is; until 0 where something else may have changed.
__awsenv_seen='' __awsenv_new='' __awsenv_until=0
# Empty until after the first prompt, which must be silent.
__awsenv_loud=''

# 2. The function

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
__awsenv_switches() {
  local verb=''
  while [ "$#" -gt 0 ]; do
    case $1 in
      --) break ;;
      -h | --help | -V | --version | --shell | --shell=*) return 1 ;;
      --format | --message-format | --color) [ "$#" -lt 2 ] || shift ;;
      -*) ;;
      *) verb=${verb:-$1} ;;
    esac
    shift
  done
  case $verb in
    use | unset | off | clear | auto | refresh) return 0 ;;
    *) return 1 ;;
  esac
}

# What `awsenv doctor` is told of this shell, into which it cannot look itself. No values: some are secrets.
__awsenv_about() {
  local name fixed='' hook=off cd='' hidden='' holds=${PROMPT_COMMAND-} IFS=$' \t\n'
  # Before 5.1 bash runs only the first element of an array.
  case ${BASH_VERSION-} in
    [1-4].* | 5.0.*) ;;
    *) holds=${PROMPT_COMMAND[*]-} ;;
  esac
  case $-$holds in
    *__awsenv_hook*) hook=yes ;;
    *i*)
      hook=no
      # VS Code and starship put what was there aside, and call it.
      if [ -n "$__awsenv_pwd" ] && declare -p | \command grep -v '^declare [^ ]* \(__awsenv_\|BASH_\|_=\)' |
        \command grep -q __awsenv_hook; then
        hook=yes
      fi
      ;;
  esac
  case $(declare -p PROMPT_COMMAND 2>/dev/null) in
    'declare -r'* | 'declare -ar'*) fixed=PROMPT_COMMAND ;;
  esac
  case $(declare -f cd; alias cd 2>/dev/null) in
    '' | *__awsenv_look* | *__zsh_like_cd*) ;;
    *) cd=taken ;;
  esac
  for name in $(compgen -A variable AWS_); do
    compgen -A export "$name" >/dev/null || hidden="$hidden $name"
  done
  \builtin printf '%s\n' "shell=bash ${BASH_VERSION-}" script=__AWSENV_VERSION__ "hook=$hook" "holds=${holds:0:200}" \
    "ran=$__awsenv_loud" "looked=$__awsenv_pwd" "cd=$cd" "hidden=$hidden" "fixed=$fixed"
}

# Notes the variables that are not exported: the binary cannot see them, and a switch may take their place.
__awsenv_keep() {
  local name exported IFS=$' \t\n'
  exported=" $(compgen -A export AWS_ || :) "
  for name in $(compgen -A variable AWS_ || :); do
    case ${exported//$'\n'/ } in
      *" $name "*) ;;
      *) \builtin eval "__awsenv_was_$name=\$$name" ;;
    esac
  done
}

# Gives back those whose place is free again, and forgets those that have kept theirs.
__awsenv_give_back() {
  local was name exported='' IFS=$' \t\n'
  for was in $(compgen -A variable __awsenv_was_ || :); do
    name=${was#__awsenv_was_}
    [ -n "$exported" ] || exported=" $(compgen -A export AWS_ || :) "
    if \builtin eval "[ -z \"\${$name+x}\" ]"; then
      \builtin eval "$name=\$$was"
      # `set -a` would export it.
      \export -n "${name?}"
    elif [ -n "${AWSENV_PROFILE+x}" ]; then
      case ${exported//$'\n'/ } in
        *" $name "*) continue ;;
      esac
    fi
    \command unset -v "$was"
  done
}

# Names what cannot be changed here, by trying it in the subshell that this runs in.
__awsenv_readonly() {
  local name IFS=$' \t\n'
  for name in $(compgen -A variable AWS_ || :); do
    \command unset -v "$name" 2>/dev/null || \builtin printf '%s ' "$name"
  done
}

\builtin unalias __AWSENV_CMD__ 2>/dev/null || :
function __AWSENV_CMD__ {
  [ -x "$__awsenv_exe" ] || __awsenv_exe=awsenv
  local __awsenv_out __awsenv_rc=0 __awsenv_trace=''
  if ! __awsenv_switches ${1+"$@"}; then
    case " ${1-} ${2-} ${3-} " in
      *' doctor '*) AWSENV_SHELL_REPORT=$(__awsenv_about) \command "$__awsenv_exe" ${1+"$@"} || __awsenv_rc=$? ;;
      *) \command "$__awsenv_exe" ${1+"$@"} || __awsenv_rc=$? ;;
    esac
    # It may have allowed the directory.
    __awsenv_pwd='' __awsenv_until=0
    return "$__awsenv_rc"
  fi
  # `set -x` would show secrets; bash before 4.4 has no `local -`.
  case $- in
    *x*)
      __awsenv_trace=1
      set +x
      ;;
  esac
  __awsenv_keep
  # Not `local x=$(…)`: that loses the status.
  __awsenv_out=$(AWSENV_READONLY=$(__awsenv_readonly) \command "$__awsenv_exe" --shell bash ${1+"$@"}) || __awsenv_rc=$?
  # Half of the output of a killed process must not run.
  if [ "$__awsenv_rc" -eq 0 ] && [ -n "$__awsenv_out" ]; then
    \builtin eval "$__awsenv_out" || __awsenv_rc=$?
  fi
  __awsenv_give_back
  # Inside `eval "$(awsenv use prod)"` all this happens in a subshell, and the code, or the statement that fails, is for the
  # shell above. A pipe gets none of it.
  if [ "$BASH_SUBSHELL" -gt 0 ] && ! \command "$__awsenv_exe" hook --job "$$" --status "$__awsenv_rc" && ! [ -t 1 ]; then
    \builtin printf '%s\n' "$__awsenv_out"
  fi
  __awsenv_pwd='' __awsenv_until=0
  [ -z "$__awsenv_trace" ] || set -x
  return "$__awsenv_rc"
}

# 3. The hook

# bash before 4.2 has no clock but the seconds that it has been running.
if [ -z "${EPOCHSECONDS-}" ] && ! printf -v __awsenv_now0 '%(%s)T' -1 2>/dev/null; then
  __awsenv_now0=$(($(\command date +%s) - SECONDS))
fi

# Sets its caller's `now`.
__awsenv_clock() {
  if [ -n "${EPOCHSECONDS-}" ]; then
    now=$EPOCHSECONDS
  elif ! printf -v now '%(%s)T' -1 2>/dev/null; then
    now=$((__awsenv_now0 + SECONDS))
  fi
}

# >>> prompt
# An inherited variable would stay exported.
\export -n AWSENV_PROMPT AWSENV_PROMPT_COLOR AWSENV_PROMPT_SGR
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
AWSENV_PROMPT='' AWSENV_PROMPT_COLOR='' AWSENV_PROMPT_SGR=''

# Takes `now` from its caller.
__awsenv_tick() {
  AWSENV_PROMPT=${__awsenv_name-${AWSENV_PROFILE-}}
  # A prompt is no place for the escape sequences in a name.
  AWSENV_PROMPT=${AWSENV_PROMPT//[[:cntrl:]]/}
  [ -n "$AWSENV_PROMPT" ] || return 0
  case ${__awsenv_exp-} in
    '' | *[!0-9]*) return 0 ;;
  esac
  local left=$((__awsenv_exp - now)) ends=$__awsenv_exp
  if [ "$left" -le 0 ]; then
    # A clock that was wrong goes back.
    AWSENV_PROMPT="$AWSENV_PROMPT ${__awsenv_end:-expired}" __awsenv_until=0
    return 0
  fi
  if [ "$left" -lt 60 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT <1m"
  elif [ "$left" -lt 3600 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 60))m"
  elif [ "$left" -lt 172800 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 3600))h$((left / 60 % 60))m"
  else
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 86400))d"
  fi
  # Until its minute is over.
  [ "$left" -lt 60 ] || ends=$((now + left % 60 + 1))
  [ "$ends" -ge "$__awsenv_until" ] || __awsenv_until=$ends
}
# <<< prompt

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor the credentials' age; its caller sets `now`. `[` for what may differ in case only, because under `nocasematch`
# `[[` would take one directory for another.
__awsenv_is_seen() {
  # Who has left by `awsenv unset` is left alone until `awsenv auto`.
  [ "${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}:${__awsenv_off:-$PWD}" = "$__awsenv_mark:${__awsenv_off:-$__awsenv_pwd}" ] &&
    [[ -n ${__awsenv_off-} || (($__awsenv_file == "$PWD/.awsenv" || ! -f $PWD/.awsenv) && ! $__awsenv_file -nt $__awsenv_stamp &&
      ! $__awsenv_file -ot $__awsenv_stamp && $now -lt ${__awsenv_due:-9999999999}) ]]
}

__awsenv_look() {
  local now=${EPOCHSECONDS-}
  [ -n "$now" ] || __awsenv_clock
  ! __awsenv_is_seen || return 0
  __awsenv_until=0
  [ -x "$__awsenv_exe" ] || [ "$__awsenv_exe" = awsenv ] || return 0
  local __awsenv_out __awsenv_silent='' __awsenv_trace=''
  case $- in
    *x*)
      __awsenv_trace=1
      set +x
      ;;
  esac
  # In a subshell it may be a completion that looks around.
  if [ -z "$__awsenv_loud" ] || [ "$BASH_SUBSHELL" -gt 0 ]; then
    __awsenv_silent=--silent
  fi
  # Before the answer, so that one that does not come is not asked for at every prompt.
  __awsenv_pwd=$PWD __awsenv_file=$PWD/.awsenv __awsenv_due=''
  __awsenv_stamp=$__awsenv_file __awsenv_mark=${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}
  __awsenv_out=$(\command "$__awsenv_exe" --shell bash hook --pwd "$PWD" --said "$__awsenv_said" \
    ${__awsenv_silent:+"$__awsenv_silent"} ${__awsenv_off:+"--off"}) || __awsenv_out=''
  if [ -n "$__awsenv_out" ]; then
    __awsenv_keep
    \builtin eval "$__awsenv_out" || :
    __awsenv_give_back
    __awsenv_mark=${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}
  fi
  [ -z "$__awsenv_trace" ] || set -x
}

# A prompt that is not like the last one.
__awsenv_changed() {
  local now=${EPOCHSECONDS-}
  [ -n "$now" ] || __awsenv_clock
  __awsenv_is_seen || __awsenv_look
  __awsenv_loud=1 __awsenv_until=${__awsenv_due:-9999999999}
  # >>> prompt
  __awsenv_tick
  # <<< prompt
  __awsenv_seen=$-:$PWD:${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-} __awsenv_new=$PWD/.awsenv
  [ "$__awsenv_file" != "$__awsenv_new" ] || __awsenv_new=''
  # It is to look again, or could not.
  __awsenv_is_seen || __awsenv_until=0
  # Under `set -e` returning the 130 of a Ctrl-C at the prompt would end the shell.
  case $- in
    *e*) __awsenv_rc=0 __awsenv_until=0 ;;
  esac
}

# Every prompt pays for this (tests/bench), and bash pays for each word of a function at each call, run or not, and for each
# call: so it is one comparison with the last prompt. Where case makes no difference to `[[`, and where bash has no clock
# (before 5.0) but something ends, no prompt is like the last one.
# shellcheck disable=SC2050,SC2071 # Constant, but for `nocasematch`; and seconds of ten digits sort as they count.
__awsenv_hook() {
  __awsenv_rc=$?
  [[ a != A && $-:$PWD:${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-} == "$__awsenv_seen" && ! -f $__awsenv_new &&
    ! $__awsenv_file -nt $__awsenv_stamp && ! $__awsenv_file -ot $__awsenv_stamp &&
    ${EPOCHSECONDS:-9999999999} < $__awsenv_until ]] || __awsenv_changed
  return "$__awsenv_rc"
}

# First, so that a prompt made by a later element shows the text of now. Before 5.1 bash runs only the first element of an
# array, so there it is the string; from 5.1 on each element of the array is given $? and PIPESTATUS as they were.
# bash-preexec puts itself in at the first prompt by rewriting the first element, so what it has put there must stay first.
# Where the variable may not be changed, an attempt would end the whole rc file.
case $-${PROMPT_COMMAND[*]-} in
  *__awsenv_hook*) ;;
  *i*)
    case $(declare -p PROMPT_COMMAND 2>/dev/null) in
      'declare -r'* | 'declare -ar'*) ;;
      *__bp_install*)
        # shellcheck disable=SC2128,SC2178 # The first element is meant.
        PROMPT_COMMAND="__awsenv_hook;$PROMPT_COMMAND"
        ;;
      *)
        if [ "${BASH_VERSINFO[0]}" -gt 5 ] || { [ "${BASH_VERSINFO[0]}" -eq 5 ] && [ "${BASH_VERSINFO[1]}" -ge 1 ]; }; then
          PROMPT_COMMAND=(__awsenv_hook ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})
        else
          # shellcheck disable=SC2128,SC2178 # A string, or the element of an array that old bash runs.
          PROMPT_COMMAND="__awsenv_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
        fi
        ;;
    esac
    ;;
esac

# >>> cd
# bash has no hook inside a line, where `cd prod && terraform apply` must run in prod. Where somebody else has taken `cd`,
# it stays theirs, and the next prompt notices.
case $- in
  *i*)
    if declare -F __zsh_like_cd >/dev/null; then
      # The loader of mise and rvm.
      case " ${chpwd_functions[*]-} " in
        *' __awsenv_look '*) ;;
        *) chpwd_functions=(${chpwd_functions[@]+"${chpwd_functions[@]}"} __awsenv_look) ;;
      esac
    else
      for __awsenv_out in cd pushd popd; do
        declare -F "$__awsenv_out" >/dev/null || alias "$__awsenv_out" >/dev/null 2>&1 ||
          \builtin eval "function $__awsenv_out { \\builtin $__awsenv_out \${1+\"\$@\"} || return; __awsenv_look; }"
      done
      unset -v __awsenv_out
    fi
    ;;
esac
# <<< cd

# 4. Completions

# __AWSENV_COMPLETIONS__
