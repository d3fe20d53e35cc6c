# awsenv for tcsh, which has no functions: an alias has this file read again, with the words of the call.
# Once:            awsenv init tcsh >! ~/.awsenv.tcsh
# In ~/.tcshrc:    source ~/.awsenv.tcsh
# If it is kept elsewhere, before that line:    set __awsenv_file = /that/place

# 1. Variables

set __awsenv_exe = '__AWSENV_EXE__'
if ( ! $?__awsenv_file ) set __awsenv_file = ~/.awsenv.tcsh

# 2. The function

# `source` is one simple command, so the alias may be piped, redirected and tied by `&&` like any other.
alias __AWSENV_CMD__ 'source $__awsenv_file:q __awsenv_call \!*'

# Runs the binary and hands its code on through a pipe with a name: `` eval `…` `` would lose line breaks, and a file would
# have secrets on the disk. The pipe is gone before there is anything in it.
set __awsenv_sh = 'pipe=$1; shift; code=$("$0" --shell tcsh "$@") || exit; mkfifo "$pipe/code" || exit\
(exec 3>"$pipe/code"; rm -rf "$pipe"; printf "%s\n" "$code" >&3) </dev/null >/dev/null 2>&1 &'

# Without the mark this file is being loaded, perhaps by a script that has words of its own.
if ( $#argv == 0 ) goto __awsenv_loaded
if ( $argv[1]:q != __awsenv_call ) goto __awsenv_loaded
shift argv
if ( ! -x $__awsenv_exe:q ) set __awsenv_exe = awsenv

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
set __awsenv_verb = ''
set __awsenv_value = 0
foreach __awsenv_word ( $argv:q )
  if ( $__awsenv_value ) then
    set __awsenv_value = 0
    continue
  endif
  switch ( $__awsenv_word:q )
    case --:
      break
    case -h:
    case --help:
    case -V:
    case --version:
    case --shell:
    case --shell=*:
      set __awsenv_verb = '-'
      break
    case --format:
    case --message-format:
    case --color:
      set __awsenv_value = 1
      breaksw
    case -*:
      breaksw
    default:
      if ( $__awsenv_verb:q == '' ) set __awsenv_verb = $__awsenv_word:q
      breaksw
  endsw
end

switch ( $__awsenv_verb:q )
  case use:
  case unset:
  case off:
  case clear:
  case auto:
  case refresh:
    set __awsenv_pipe = "`\mktemp -d /tmp/awsenv.XXXXXXXX`"
    /bin/sh -c $__awsenv_sh:q $__awsenv_exe:q $__awsenv_pipe:q $argv:q
    set __awsenv_rc = $status
    # Half of the output of a killed process must not run.
    if ( $__awsenv_rc == 0 ) then
      source $__awsenv_pipe:q/code
      set __awsenv_rc = $status
    else
      \rmdir $__awsenv_pipe:q
    endif
    unset __awsenv_pipe
    breaksw
  default:
    $__awsenv_exe:q $argv:q
    set __awsenv_rc = $status
    breaksw
endsw
unset __awsenv_word __awsenv_value __awsenv_verb
# Ends the reading of this file, not the shell.
exit ( $__awsenv_rc )

# 3. The hook

# There is none: a directory's `.awsenv` is for the other shells.

# 4. Completions

__awsenv_loaded:
# __AWSENV_COMPLETIONS__
