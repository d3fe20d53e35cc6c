# awsenv for zsh. In ~/.zshrc: eval "$(awsenv init zsh)"
#
# Every function that zsh or a person calls starts with `emulate -L zsh`, so that no option of the person's changes what it or
# those that it calls mean, but for one (`__awsenv_hook`); `\builtin` and `\command`, because aliases are expanded while this
# text is read.

# 1. Variables

\builtin typeset -g __awsenv_exe='__AWSENV_EXE__'
# The directory that was last looked at; empty means look again.
\builtin typeset -g __awsenv_pwd=''
# Its `.awsenv`, a stamp with the time that the file had then, what was said of it, and when to look again in any case.
\builtin typeset -g __awsenv_file='' __awsenv_stamp='' __awsenv_said='' __awsenv_due=''
# What a person may have set by hand since.
\builtin typeset -g __awsenv_mark=''
# The directory, the profile and the key of the last prompt, where a file would be nearer than its own, and until when it
# stays as it is; until 0 where something else may have changed.
\builtin typeset -g __awsenv_seen='' __awsenv_new='' __awsenv_until=0
# Empty until after the first prompt, which must be silent.
\builtin typeset -g __awsenv_loud=''

# 2. The function

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
function __awsenv_switches {
  \builtin emulate -L zsh
  \builtin local verb=''
  while (( $# )); do
    case $1 in
      (--) \builtin break ;;
      (-h|--help|-V|--version|--shell|--shell=*) \builtin return 1 ;;
      (--format|--message-format|--color) (( $# < 2 )) || \builtin shift ;;
      (-*) ;;
      (*) verb=${verb:-$1} ;;
    esac
    \builtin shift
  done
  case $verb in
    (use|unset|off|clear|auto|refresh) \builtin return 0 ;;
    (*) \builtin return 1 ;;
  esac
}

# What `awsenv doctor` is told of this shell, into which it cannot look itself. No values: some are secrets.
function __awsenv_about {
  \builtin local hook=off interactive=$1
  \builtin emulate -L zsh
  \builtin zmodload -F zsh/parameter p:parameters 2>/dev/null || \builtin true
  if [[ -n ${precmd_functions[(r)__awsenv_hook]-} ]]; then
    hook=yes
  elif [[ -n $interactive ]]; then
    hook=no
  fi
  \builtin local name
  \builtin local -a hidden
  for name in ${(k)parameters[(I)AWS_*]}; do
    [[ ${parameters[$name]} == *export* ]] || hidden+=($name)
  done
  \builtin print -r -- "shell=zsh $ZSH_VERSION"
  \builtin print -r -- "script=__AWSENV_VERSION__"
  \builtin print -r -- "hook=$hook"
  \builtin print -r -- "holds=${${precmd_functions[*]-}[1,200]}"
  \builtin print -r -- "ran=$__awsenv_loud"
  \builtin print -r -- "looked=$__awsenv_pwd"
  \builtin print -r -- "hidden=$hidden"
}

# What variables that are not exported were: the binary cannot see them, and a switch may take their place.
\builtin typeset -gA __awsenv_was

# Notes them, and sets its caller's `readonly` to those that cannot be changed.
function __awsenv_keep {
  \builtin zmodload -F zsh/parameter p:parameters 2>/dev/null || \builtin return 0
  \builtin local name
  for name in ${(k)parameters[(I)AWS_*]}; do
    [[ ${parameters[$name]} != scalar ]] || __awsenv_was[$name]=${(P)name}
    [[ ${parameters[$name]} != *readonly* ]] || readonly+=" $name"
  done
}

# Gives back those whose place is free again, and forgets those that have kept theirs.
function __awsenv_give_back {
  \builtin local name
  for name in ${(k)__awsenv_was}; do
    if [[ -z ${(P)name+x} ]]; then
      \builtin typeset -g +x $name=$__awsenv_was[$name]
    elif [[ -n ${AWSENV_PROFILE+x} && ${parameters[$name]-} == *export* ]]; then
      \builtin continue
    fi
    \builtin unset "__awsenv_was[$name]"
  done
}

\builtin unalias __AWSENV_CMD__ 2>/dev/null || \builtin true
function __AWSENV_CMD__ {
  \builtin emulate -L zsh
  [[ -x $__awsenv_exe ]] || __awsenv_exe=awsenv
  \builtin local __awsenv_out __awsenv_rc=0
  if ! __awsenv_switches "$@"; then
    if [[ " ${1-} ${2-} ${3-} " == *' doctor '* ]]; then
      \builtin local interactive=''
      [[ ! -o interactive ]] || interactive=1
      AWSENV_SHELL_REPORT="$(__awsenv_about "$interactive")" \command $__awsenv_exe "$@" || __awsenv_rc=$?
    else
      \command $__awsenv_exe "$@" || __awsenv_rc=$?
    fi
    # It may have allowed the directory.
    __awsenv_pwd='' __awsenv_until=0
    \builtin return $__awsenv_rc
  fi
  # Tracing would show secrets; the function's end restores it.
  \builtin unsetopt xtrace
  \builtin local readonly=''
  __awsenv_keep
  # Not `local x=$(…)`: that loses the status.
  __awsenv_out="$(AWSENV_READONLY=$readonly \command $__awsenv_exe --shell zsh "$@")" || __awsenv_rc=$?
  # Half of the output of a killed process must not run.
  if [[ $__awsenv_rc == 0 && -n $__awsenv_out ]]; then
    \builtin eval $__awsenv_out || __awsenv_rc=$?
  fi
  __awsenv_give_back
  # Inside `eval "$(awsenv use prod)"` all this happens in a subshell, and the code, or the statement that fails, is for the
  # shell above.
  if [[ $ZSH_EVAL_CONTEXT != *cmdsubst* ]]; then
    (( ! ZSH_SUBSHELL )) || \command $__awsenv_exe hook --job $$ --status $__awsenv_rc >/dev/null || \builtin true
  elif [[ ! -t 1 ]]; then
    \builtin print -r -- $__awsenv_out
  fi
  __awsenv_pwd='' __awsenv_until=0
  \builtin return $__awsenv_rc
}

# 3. The hook

\builtin zmodload -F zsh/datetime p:EPOCHSECONDS 2>/dev/null || \builtin true

# >>> prompt
# An inherited variable would stay exported.
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
\builtin typeset -g +x AWSENV_PROMPT='' AWSENV_PROMPT_COLOR='' AWSENV_PROMPT_SGR=''

# Takes `now` from its caller.
function __awsenv_tick {
  \builtin local name=${__awsenv_name-${AWSENV_PROFILE-}}
  # A prompt is no place for the escape sequences in a name, nor for its percent signs.
  name=${${name//[[:cntrl:]]/}//\%/%%}
  \builtin typeset -g AWSENV_PROMPT=$name
  [[ -n $name && ${__awsenv_exp-} == <-> ]] || \builtin return 0
  \builtin local -i left=$(( __awsenv_exp - now )) ends=__awsenv_exp
  if (( left <= 0 )); then
    # A clock that was wrong goes back.
    AWSENV_PROMPT="$name ${__awsenv_end:-expired}" __awsenv_until=0
    \builtin return 0
  elif (( left < 60 )); then
    AWSENV_PROMPT="$name <1m"
  elif (( left < 3600 )); then
    AWSENV_PROMPT="$name $(( left / 60 ))m"
  elif (( left < 172800 )); then
    AWSENV_PROMPT="$name $(( left / 3600 ))h$(( left / 60 % 60 ))m"
  else
    AWSENV_PROMPT="$name $(( left / 86400 ))d"
  fi
  # Until its minute is over.
  (( left < 60 )) || ends=$(( now + left % 60 + 1 ))
  (( ends >= __awsenv_until )) || __awsenv_until=$ends
}
# <<< prompt

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor the credentials' age; its caller sets `now`.
function __awsenv_is_seen {
  [[ "${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}" == "$__awsenv_mark" ]] || \builtin return 1
  # Who has left by `awsenv unset` is left alone until `awsenv auto`.
  [[ -z ${__awsenv_off-} ]] || \builtin return 0
  [[ $PWD == "$__awsenv_pwd" ]] || \builtin return 1
  [[ $__awsenv_file == "$PWD/.awsenv" || ! -f $PWD/.awsenv ]] || \builtin return 1
  if [[ -n $__awsenv_file ]]; then
    [[ -f $__awsenv_file && ! $__awsenv_file -nt $__awsenv_stamp && ! $__awsenv_file -ot $__awsenv_stamp ]] || \builtin return 1
  fi
  [[ $__awsenv_due != <-> ]] || (( now < __awsenv_due ))
}

function __awsenv_look {
  \builtin emulate -L zsh
  # What a `$(…)` does is its own affair.
  [[ ${ZSH_EVAL_CONTEXT-} != *cmdsubst* ]] || \builtin return 0
  # Prompt expansion knows the time without a module.
  \builtin local clock='%D{%s}'
  \builtin local now=${EPOCHSECONDS:-${(%)clock}}
  ! __awsenv_is_seen || \builtin return 0
  __awsenv_until=0
  [[ -x $__awsenv_exe || $__awsenv_exe == awsenv ]] || \builtin return 0
  \builtin unsetopt xtrace
  \builtin local __awsenv_out
  \builtin local -a how
  [[ -n $__awsenv_loud && $ZSH_SUBSHELL == 0 ]] || how=(--silent)
  [[ -z ${__awsenv_off-} ]] || how+=(--off)
  # Before the answer, so that one that does not come is not asked for at every prompt.
  __awsenv_pwd=$PWD __awsenv_file='' __awsenv_due=''
  [[ ! -f $PWD/.awsenv ]] || __awsenv_file=$PWD/.awsenv
  __awsenv_stamp=$__awsenv_file __awsenv_mark="${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}"
  __awsenv_out="$(\command $__awsenv_exe --shell zsh hook --pwd "$PWD" --said "$__awsenv_said" $how)" || \builtin return 0
  if [[ -n $__awsenv_out ]]; then
    \builtin local readonly=''
    __awsenv_keep
    \builtin eval $__awsenv_out
    __awsenv_give_back
  fi
  __awsenv_mark="${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}"
  \builtin return 0
}

# A prompt that is not like the last one.
function __awsenv_changed {
  \builtin emulate -L zsh
  \builtin local clock='%D{%s}'
  \builtin local now=${EPOCHSECONDS:-${(%)clock}}
  __awsenv_is_seen || __awsenv_look
  __awsenv_loud=1 __awsenv_until=9999999999
  [[ $__awsenv_due != <-> ]] || __awsenv_until=$__awsenv_due
  # >>> prompt
  __awsenv_tick
  # <<< prompt
  __awsenv_seen="$PWD:${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}" __awsenv_new=$PWD/.awsenv
  [[ $__awsenv_file != "$__awsenv_new" ]] || __awsenv_new=''
  # It is to look again, or could not.
  __awsenv_is_seen || __awsenv_until=0
  \builtin return 0
}

# Every prompt pays for this (tests/bench), and zsh goes through all variables after each call of a function: so it is one
# comparison with the last prompt, without `emulate`, and written so that no option changes what it means. Without a clock
# (zsh/datetime) no prompt is like the last one while something ends.
function __awsenv_hook {
  [[ "$PWD:${AWS_PROFILE-}:${AWS_ACCESS_KEY_ID-}" == "$__awsenv_seen" && ! -f "$__awsenv_new" &&
    "${EPOCHSECONDS:-9999999999}" < "$__awsenv_until" ]] &&
    [[ -z "$__awsenv_file" || -f "$__awsenv_file" && ! "$__awsenv_file" -nt "$__awsenv_stamp" &&
      ! "$__awsenv_file" -ot "$__awsenv_stamp" ]] || __awsenv_changed
}

# First, so that a prompt made by a later function shows the text of now. In a function, because under `ksh_arrays` the
# bare name of an array is its first element.
function {
  \builtin emulate -L zsh
  [[ -o interactive ]] || \builtin return 0
  \builtin typeset -ga precmd_functions chpwd_functions
  precmd_functions=(__awsenv_hook ${precmd_functions:#__awsenv_hook})
  chpwd_functions=(__awsenv_look ${chpwd_functions:#__awsenv_look})
}

# 4. Completions

# __AWSENV_COMPLETIONS__
