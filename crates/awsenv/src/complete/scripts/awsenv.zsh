# Completions of awsenv for zsh.
#
# The function runs with the options that the completion system sets, which its own functions need.

function __awsenv_complete {
  \builtin local __awsenv_word="${(Q)${:-"$QIPREFIX$PREFIX${compstate[quote]#\$}"}}"
  \builtin local -a __awsenv_answer
  __awsenv_answer=("${(@f)$(COMPLETE=zsh \command '__AWSENV_EXE__' -- "${(@Q)words[1,CURRENT-1]}" "$__awsenv_word" 2>/dev/null)}")
  \builtin local __awsenv_kind=$__awsenv_answer[1]
  \builtin shift __awsenv_answer
  case $__awsenv_kind in
    (child)
      # The command behind `exec … --` is completed as if it stood alone.
      \builtin shift $__awsenv_answer[1] words
      (( CURRENT -= __awsenv_answer[1] ))
      _normal
      ;;
    (values)
      (( $#__awsenv_answer )) || \builtin return 1
      if [[ $__awsenv_word == --*=* ]]; then
        \builtin compset -P 1 '*='
      fi
      _describe -t values value __awsenv_answer
      ;;
    (*) \builtin return 1 ;;
  esac
}

# Makes it known.
function __awsenv_complete_register {
  \builtin emulate -L zsh
  \builtin typeset -ga precmd_functions
  precmd_functions=(${precmd_functions:#__awsenv_complete_register})
  if (( $+functions[compdef] )); then
    compdef __awsenv_complete __AWSENV_CMD__
  elif [[ $1 == now && -o interactive ]]; then
    # Many a ~/.zshrc has `compinit` further down: asks once more, at the first prompt.
    precmd_functions+=(__awsenv_complete_register)
  fi
  \builtin return 0
}
__awsenv_complete_register now
