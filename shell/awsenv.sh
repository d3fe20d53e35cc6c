# shellcheck shell=sh
# awsenv for dash, ksh, busybox and other POSIX shells. In the file that $ENV names: eval "$(awsenv init posix)"

# 1. Variables

__awsenv_exe='__AWSENV_EXE__'
# The directory that was last looked at; empty means look again.
__awsenv_pwd=''

# 2. The function

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

\unalias __AWSENV_CMD__ 2>/dev/null || :
__AWSENV_CMD__() {
  [ -x "$__awsenv_exe" ] || __awsenv_exe=awsenv
  if ! __awsenv_switches "$@"; then
    \command "$__awsenv_exe" "$@"
    return
  fi
  __awsenv_rc=0
  __awsenv_out=$(\command "$__awsenv_exe" --shell posix "$@") || __awsenv_rc=$?
  # Half of the output of a killed process must not run.
  if [ "$__awsenv_rc" -eq 0 ] && [ -n "$__awsenv_out" ]; then
    \command eval "$__awsenv_out" || __awsenv_rc=$?
  fi
  __awsenv_pwd=''
  # >>> prompt
  __awsenv_tick
  # <<< prompt
  # There are no local variables here, and the output may hold a secret.
  set -- "$__awsenv_rc"
  unset -v __awsenv_out __awsenv_rc __awsenv_verb
  return "$1"
}

# 3. The prompt

# >>> prompt
unset -v AWSENV_PROMPT
AWSENV_PROMPT=''

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
    AWSENV_PROMPT="$AWSENV_PROMPT expired"
  elif [ "$__awsenv_left" -lt 3600 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((__awsenv_left / 60))m"
  else
    AWSENV_PROMPT="$AWSENV_PROMPT $((__awsenv_left / 3600))h$((__awsenv_left / 60 % 60))m"
  fi
  unset -v __awsenv_left
}
__awsenv_tick

# ksh93 calls this, in the shell itself, whenever it reads PS1. Other shells have no hook: there the text changes with a
# switch only.
case ${KSH_VERSION-}$- in
  *' 93'*i*) \command eval 'function PS1.get { __awsenv_tick; }' ;;
esac
# <<< prompt

# 4. Completions

# __AWSENV_COMPLETIONS__
