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

\builtin unalias __AWSENV_CMD__ 2>/dev/null || :
function __AWSENV_CMD__ {
  [ -x "$__awsenv_exe" ] || __awsenv_exe=awsenv
  local __awsenv_out __awsenv_rc=0
  if ! __awsenv_switches ${1+"$@"}; then
    \command "$__awsenv_exe" ${1+"$@"} || __awsenv_rc=$?
    # It may have allowed the directory.
    __awsenv_pwd=''
    return "$__awsenv_rc"
  fi
  # Not `local x=$(…)`: that loses the status.
  __awsenv_out=$(\command "$__awsenv_exe" --shell bash ${1+"$@"}) || __awsenv_rc=$?
  # Half of the output of a killed process must not run.
  if [ "$__awsenv_rc" -eq 0 ] && [ -n "$__awsenv_out" ]; then
    \builtin eval "$__awsenv_out" || __awsenv_rc=$?
  fi
  # Inside `eval "$(awsenv use prod)"` all this happens in a subshell, and the code, or the statement that fails, is for the
  # shell above.
  if [ "$BASH_SUBSHELL" -gt 0 ] && ! [ -t 1 ]; then
    \builtin printf '%s\n' "$__awsenv_out"
  fi
  __awsenv_pwd=''
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

__awsenv_tick() {
  local name=${__awsenv_name-${AWSENV_PROFILE-}} now left
  # A prompt is no place for the escape sequences in a name.
  AWSENV_PROMPT=${name//[[:cntrl:]]/}
  [ -n "$AWSENV_PROMPT" ] || return 0
  case ${__awsenv_exp-} in
    '' | *[!0-9]*) return 0 ;;
  esac
  __awsenv_clock
  left=$((__awsenv_exp - now))
  if [ "$left" -le 0 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT ${__awsenv_end:-expired}"
  elif [ "$left" -lt 60 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT <1m"
  elif [ "$left" -lt 3600 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 60))m"
  elif [ "$left" -lt 172800 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 3600))h$((left / 60 % 60))m"
  else
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 86400))d"
  fi
}
# <<< prompt

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor the credentials' age. `[`, because under `nocasematch` `[[` would take one directory for another.
__awsenv_is_seen() {
  [ "${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}" = "$__awsenv_mark" ] || return 1
  # Who has left by `awsenv unset` is left alone until `awsenv auto`.
  [ -z "${__awsenv_off-}" ] || return 0
  [ "$PWD" = "$__awsenv_pwd" ] || return 1
  if [ "$__awsenv_file" != "$PWD/.awsenv" ] && [ -f "$PWD/.awsenv" ]; then
    return 1
  fi
  if [ "$__awsenv_file" -nt "$__awsenv_stamp" ] || [ "$__awsenv_file" -ot "$__awsenv_stamp" ]; then
    return 1
  fi
  case $__awsenv_due in
    '' | *[!0-9]*) return 0 ;;
  esac
  local now
  __awsenv_clock
  [ "$now" -lt "$__awsenv_due" ]
}

__awsenv_look() {
  ! __awsenv_is_seen || return 0
  [ -x "$__awsenv_exe" ] || [ "$__awsenv_exe" = awsenv ] || return 0
  local __awsenv_out __awsenv_silent=''
  # In a subshell it may be a completion that looks around.
  if [ -z "$__awsenv_loud" ] || [ "$BASH_SUBSHELL" -gt 0 ]; then
    __awsenv_silent=--silent
  fi
  # Before the answer, so that one that does not come is not asked for at every prompt.
  __awsenv_pwd=$PWD __awsenv_file=$PWD/.awsenv __awsenv_due=''
  __awsenv_stamp=$__awsenv_file __awsenv_mark=${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}
  __awsenv_out=$(\command "$__awsenv_exe" --shell bash hook --pwd "$PWD" --said "$__awsenv_said" \
    ${__awsenv_silent:+"$__awsenv_silent"} ${__awsenv_off:+"--off"}) || return 0
  [ -z "$__awsenv_out" ] || \builtin eval "$__awsenv_out" || :
  __awsenv_mark=${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}
}

__awsenv_hook() {
  local __awsenv_rc=$?
  __awsenv_look
  __awsenv_loud=1
  # >>> prompt
  __awsenv_tick
  # <<< prompt
  # Under `set -e` returning the 130 of a Ctrl-C at the prompt would end the shell.
  case $- in
    *e*) return 0 ;;
  esac
  return "$__awsenv_rc"
}

# First, so that a prompt made by a later element shows the text of now. Before 5.1 bash runs only the first element of an
# array, so there it is the string; from 5.1 on each element of the array is given $? and PIPESTATUS as they were.
case $-${PROMPT_COMMAND[*]-} in
  *__awsenv_hook*) ;;
  *i*)
    if [ "${BASH_VERSINFO[0]}" -gt 5 ] || { [ "${BASH_VERSINFO[0]}" -eq 5 ] && [ "${BASH_VERSINFO[1]}" -ge 1 ]; }; then
      PROMPT_COMMAND=(__awsenv_hook ${PROMPT_COMMAND[@]+"${PROMPT_COMMAND[@]}"})
    else
      # shellcheck disable=SC2128,SC2178 # A string, or the element of an array that old bash runs.
      PROMPT_COMMAND="__awsenv_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}"
    fi
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
