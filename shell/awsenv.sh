# shellcheck shell=sh
# awsenv for dash, ksh, busybox and other POSIX shells. In the file that $ENV names: eval "$(awsenv init posix)"

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

# Tells whether this is a subshell. ksh93 has some that are no process of their own, and a variable that says so.
__awsenv_is_below() {
  case ${KSH_VERSION-} in
    *93*) \command eval '[ "${.sh.subshell}" -gt 0 ]' 2>/dev/null ;;
    *) [ "$(exec sh -c 'echo "$PPID"')" != "$$" ] ;;
  esac
}

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
__awsenv_switches() {
  __awsenv_verb=''
  while [ "$#" -gt 0 ]; do
    case $1 in
      --) break ;;
      -h | --help | -V | --version | --shell | --shell=*) return 1 ;;
      --format | --message-format | --color) [ "$#" -lt 2 ] || shift ;;
      -*) ;;
      *) __awsenv_verb=${__awsenv_verb:-$1} ;;
    esac
    shift
  done
  case $__awsenv_verb in
    use | unset | off | clear | auto | refresh) return 0 ;;
    *) return 1 ;;
  esac
}

# Names what cannot be changed here, by trying it in the subshell that this runs in.
__awsenv_readonly() {
  for __awsenv_verb in AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; do
    \command unset -v "$__awsenv_verb" 2>/dev/null || printf '%s ' "$__awsenv_verb"
  done
}

\unalias __AWSENV_CMD__ 2>/dev/null || :
__AWSENV_CMD__() {
  [ -x "$__awsenv_exe" ] || __awsenv_exe=awsenv
  __awsenv_rc=0
  if ! __awsenv_switches "$@"; then
    \command "$__awsenv_exe" "$@" || __awsenv_rc=$?
    __awsenv_after "$__awsenv_rc"
    return
  fi
  # `set -x` would show secrets.
  __awsenv_trace=$-
  set +x
  __awsenv_out=$(AWSENV_READONLY=$(__awsenv_readonly) \command "$__awsenv_exe" --shell posix "$@") || __awsenv_rc=$?
  # Half of the output of a killed process must not run.
  if [ "$__awsenv_rc" -eq 0 ] && [ -n "$__awsenv_out" ]; then
    \command eval "$__awsenv_out" || __awsenv_rc=$?
  fi
  # Inside `eval "$(awsenv use prod)"` all this happens in a subshell, and the code, or the statement that fails, is for the
  # shell above. A pipe gets none of it.
  if __awsenv_is_below && ! \command "$__awsenv_exe" hook --job "$$" --status "$__awsenv_rc" && ! [ -t 1 ]; then
    printf '%s\n' "$__awsenv_out"
  fi
  \unset -v __awsenv_out
  case $__awsenv_trace in
    *x*) set -x ;;
  esac
  __awsenv_after "$__awsenv_rc"
}

# Most of these shells have no hook before the prompt, so what a command has changed is noticed here.
__awsenv_after() {
  __awsenv_pwd=''
  case $- in
    *i*) __awsenv_look ;;
  esac
  # >>> prompt
  __awsenv_tick
  # <<< prompt
  # There are no local variables here.
  \unset -v __awsenv_out __awsenv_rc __awsenv_verb __awsenv_trace
  return "$1"
}

# 3. The hook

# >>> prompt
\unset -v AWSENV_PROMPT AWSENV_PROMPT_COLOR AWSENV_PROMPT_SGR
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
# shellcheck disable=SC2034
AWSENV_PROMPT='' AWSENV_PROMPT_COLOR='' AWSENV_PROMPT_SGR=''

# Without a clock (only ksh93 has one) the text is the name alone.
__awsenv_tick() {
  AWSENV_PROMPT=${__awsenv_name-${AWSENV_PROFILE-}}
  case $AWSENV_PROMPT in
    '') return 0 ;;
    # A prompt is no place for the escape sequences in a name.
    *[[:cntrl:]]*) AWSENV_PROMPT='?' ;;
  esac
  case ${__awsenv_exp-} in
    '' | *[!0-9]*) return 0 ;;
  esac
  case ${KSH_VERSION-} in
    *' 93'*) ;;
    *) return 0 ;;
  esac
  # shellcheck disable=SC3050
  __awsenv_left=$((__awsenv_exp - $(printf '%(%s)T' now)))
  if [ "$__awsenv_left" -le 0 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT ${__awsenv_end:-expired}"
  elif [ "$__awsenv_left" -lt 60 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT <1m"
  elif [ "$__awsenv_left" -lt 3600 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((__awsenv_left / 60))m"
  elif [ "$__awsenv_left" -lt 172800 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((__awsenv_left / 3600))h$((__awsenv_left / 60 % 60))m"
  else
    AWSENV_PROMPT="$AWSENV_PROMPT $((__awsenv_left / 86400))d"
  fi
  \unset -v __awsenv_left
}
__awsenv_tick
# <<< prompt

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor, where there is a clock, the credentials' age.
__awsenv_is_seen() {
  [ "${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}" = "$__awsenv_mark" ] || return 1
  # Who has left by `awsenv unset` is left alone until `awsenv auto`.
  [ -z "${__awsenv_off-}" ] || return 0
  [ "$PWD" = "$__awsenv_pwd" ] || return 1
  if [ "$__awsenv_file" != "$PWD/.awsenv" ] && [ -f "$PWD/.awsenv" ]; then
    return 1
  fi
  if [ -n "$__awsenv_file" ]; then
    [ -f "$__awsenv_file" ] || return 1
    # shellcheck disable=SC3013 # Every shell that this script is for has them.
    if [ "$__awsenv_file" -nt "$__awsenv_stamp" ] || [ "$__awsenv_file" -ot "$__awsenv_stamp" ]; then
      return 1
    fi
  fi
  case $__awsenv_due in
    '' | *[!0-9]*) return 0 ;;
  esac
  case ${KSH_VERSION-} in
    *' 93'*) ;;
    *) return 0 ;;
  esac
  # shellcheck disable=SC3050
  [ "$(printf '%(%s)T' now)" -lt "$__awsenv_due" ]
}

__awsenv_look() {
  ! __awsenv_is_seen || return 0
  [ -x "$__awsenv_exe" ] || [ "$__awsenv_exe" = awsenv ] || return 0
  # Before the answer, so that one that does not come is not asked for at every prompt.
  __awsenv_pwd=$PWD __awsenv_file='' __awsenv_due=''
  [ ! -f "$PWD/.awsenv" ] || __awsenv_file=$PWD/.awsenv
  __awsenv_stamp=$__awsenv_file __awsenv_mark=${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}
  __awsenv_silent=''
  [ -n "$__awsenv_loud" ] || __awsenv_silent=--silent
  __awsenv_loud=1
  __awsenv_trace=$-
  set +x
  __awsenv_out=$(\command "$__awsenv_exe" --shell posix hook --pwd "$PWD" --said "$__awsenv_said" \
    ${__awsenv_silent:+"$__awsenv_silent"} ${__awsenv_off:+"--off"}) || __awsenv_out=''
  [ -z "$__awsenv_out" ] || \command eval "$__awsenv_out" || :
  __awsenv_mark=${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}
  \unset -v __awsenv_out __awsenv_silent
  case $__awsenv_trace in
    *x*) set -x ;;
  esac
  \unset -v __awsenv_trace
}

# ksh93 calls this, in the shell itself, whenever it reads PS1. The others have no hook before the prompt: there a change of
# directory is noticed by `cd`, and a change of the file by the next `cd` or `awsenv`.
__awsenv_hook() {
  __awsenv_look
  # >>> prompt
  __awsenv_tick
  # <<< prompt
}
case ${KSH_VERSION-}$- in
  *' 93'*i*) \command eval 'function PS1.get { __awsenv_hook; }' ;;
esac

# >>> cd
case $- in
  *i*)
    # Somebody else's `cd` stays theirs.
    case $(\command -V cd 2>/dev/null) in
      *function* | *alias*) ;;
      *) \command eval 'cd() { \command cd "$@" || return; __awsenv_hook; }' ;;
    esac
    __awsenv_look
    ;;
esac
# <<< cd

# 4. Completions

# __AWSENV_COMPLETIONS__
