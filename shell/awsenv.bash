# shellcheck shell=bash
# awsenv for bash, 3.2 and later. In ~/.bashrc: eval "$(awsenv init bash)"

# 1. Variables

__awsenv_exe='__AWSENV_EXE__'
# The directory that was last looked at; empty means look again.
__awsenv_pwd=''

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
  if ! __awsenv_switches ${1+"$@"}; then
    \command "$__awsenv_exe" ${1+"$@"}
    return
  fi
  # Not `local x=$(…)`: that loses the status.
  local __awsenv_out __awsenv_rc=0
  __awsenv_out=$(\command "$__awsenv_exe" --shell bash ${1+"$@"}) || __awsenv_rc=$?
  # Half of the output of a killed process must not run.
  if [ "$__awsenv_rc" -eq 0 ] && [ -n "$__awsenv_out" ]; then
    \builtin eval "$__awsenv_out" || __awsenv_rc=$?
  fi
  __awsenv_pwd=''
  return "$__awsenv_rc"
}

# 3. The prompt

# >>> prompt
# An inherited variable would stay exported.
\export -n AWSENV_PROMPT
AWSENV_PROMPT=''

# bash before 4.2 has no clock but the seconds that it has been running.
if [ -z "${EPOCHSECONDS-}" ] && ! printf -v __awsenv_now0 '%(%s)T' -1 2>/dev/null; then
  __awsenv_now0=$(($(\command date +%s) - SECONDS))
fi

__awsenv_tick() {
  local name=${__awsenv_name-${AWSENV_PROFILE-}} now left
  # A prompt is no place for the escape sequences in a name.
  AWSENV_PROMPT=${name//[[:cntrl:]]/}
  [ -n "$AWSENV_PROMPT" ] || return 0
  case ${__awsenv_exp-} in
    '' | *[!0-9]*) return 0 ;;
  esac
  if [ -n "${EPOCHSECONDS-}" ]; then
    now=$EPOCHSECONDS
  elif ! printf -v now '%(%s)T' -1 2>/dev/null; then
    now=$((__awsenv_now0 + SECONDS))
  fi
  left=$((__awsenv_exp - now))
  if [ "$left" -le 0 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT expired"
  elif [ "$left" -lt 3600 ]; then
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 60))m"
  else
    AWSENV_PROMPT="$AWSENV_PROMPT $((left / 3600))h$((left / 60 % 60))m"
  fi
}

__awsenv_hook() {
  local __awsenv_rc=$?
  __awsenv_tick
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
# <<< prompt

# 4. Completions

# __AWSENV_COMPLETIONS__
