# awsenv for tcsh, which has no functions: an alias has this file read again, with the words of the call.
# Once:            awsenv init tcsh >! ~/.awsenv.tcsh
# In ~/.tcshrc:    source ~/.awsenv.tcsh
# If it is kept elsewhere, before that line:    set __awsenv_script = /that/place

# 1. Variables

set __awsenv_exe = '__AWSENV_EXE__'
if ( ! $?__awsenv_script ) set __awsenv_script = ~/.awsenv.tcsh

# 2. The function

# `source` is one simple command, so the alias may be piped, redirected and tied by `&&` like any other.
alias __AWSENV_CMD__ 'source $__awsenv_script:q __awsenv_call \!*'

# Runs the binary and hands its code on through a pipe with a name: `` eval `…` `` would lose line breaks, and a file would
# have secrets on the disk. The pipe is gone before there is anything in it.
set __awsenv_sh = 'pipe=$1; shift; code=$("$0" --shell tcsh "$@") || exit; mkfifo "$pipe/code" || exit\
(exec 3>"$pipe/code"; rm -rf "$pipe"; printf "%s\n" "$code" >&3) </dev/null >/dev/null 2>&1 &'

# Without one of these words this file is being loaded, perhaps by a script that has words of its own.
if ( $#argv == 0 ) goto __awsenv_loading
if ( $argv[1]:q == __awsenv_hook || $argv[1]:q == __awsenv_moved ) goto __awsenv_look
if ( $argv[1]:q != __awsenv_call ) goto __awsenv_loading
shift argv
# It may be about to allow the directory.
set __awsenv_pwd = ''
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
    set __awsenv_then = __awsenv_called
    goto __awsenv_run
  default:
    $__awsenv_exe:q $argv:q
    set __awsenv_rc = $status
    breaksw
endsw
goto __awsenv_called

# Runs the binary with $argv, and its code.
__awsenv_run:
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
goto $__awsenv_then

__awsenv_called:
unset __awsenv_word __awsenv_value __awsenv_verb __awsenv_then
# Ends the reading of this file, not the shell.
exit ( $__awsenv_rc )

# 3. The hook

# What runs before each prompt and at each new directory. It is read from this file, which starts no process.
__awsenv_look:
set __awsenv_status = $status
set __awsenv_at = $argv[1]:q
set __awsenv_by_hand = ':'
if ( $?AWS_PROFILE ) then
  set __awsenv_by_hand = $AWS_PROFILE:q$__awsenv_by_hand:q
endif
if ( $?AWS_ACCESS_KEY_ID ) then
  set __awsenv_by_hand = $__awsenv_by_hand:q$AWS_ACCESS_KEY_ID:q
endif
# tcsh has no clock. A process is started for it only while something comes to an end.
set __awsenv_now = 0
if ( x$__awsenv_due:q != x || ( x$__awsenv_exp:q != x && $__awsenv_at == __awsenv_hook ) ) then
  set __awsenv_now = `\date +%s`
endif

# Whether nothing has changed since the binary was asked: not the variables, the directory, its file, nor the credentials'
# age.
if ( x$__awsenv_by_hand:q != x$__awsenv_mark:q ) goto __awsenv_ask
# Who has left by `awsenv unset` is left alone until `awsenv auto`.
if ( $?__awsenv_off ) goto __awsenv_looked
if ( x$cwd:q != x$__awsenv_pwd:q ) goto __awsenv_ask
if ( x$__awsenv_file:q != x$cwd:q/.awsenv ) then
  if ( -f $cwd:q/.awsenv ) goto __awsenv_ask
endif
if ( x$__awsenv_file:q != x ) then
  if ( ! -f $__awsenv_file:q ) goto __awsenv_ask
  if ( -M $__awsenv_file:q != -M $__awsenv_stamp:q ) goto __awsenv_ask
endif
if ( x$__awsenv_due:q == x ) goto __awsenv_looked
if ( $__awsenv_now < $__awsenv_due ) goto __awsenv_looked

__awsenv_ask:
if ( ! -x $__awsenv_exe:q ) set __awsenv_exe = awsenv
# Before the answer, so that one that does not come is not asked for at every prompt.
set __awsenv_pwd = $cwd:q
set __awsenv_file = ''
set __awsenv_due = ''
if ( -f $cwd:q/.awsenv ) set __awsenv_file = $cwd:q/.awsenv
set __awsenv_stamp = $__awsenv_file:q
set __awsenv_mark = $__awsenv_by_hand:q
set argv = ( hook --pwd=$cwd:q --said=$__awsenv_said:q )
if ( ! $?__awsenv_loud ) set argv = ( $argv:q --silent )
if ( $?__awsenv_off ) set argv = ( $argv:q --off )
set __awsenv_then = __awsenv_asked
goto __awsenv_run

__awsenv_asked:
set __awsenv_mark = ':'
if ( $?AWS_PROFILE ) then
  set __awsenv_mark = $AWS_PROFILE:q$__awsenv_mark:q
endif
if ( $?AWS_ACCESS_KEY_ID ) then
  set __awsenv_mark = $__awsenv_mark:q$AWS_ACCESS_KEY_ID:q
endif
unset __awsenv_then __awsenv_rc

__awsenv_looked:
if ( $__awsenv_at != __awsenv_hook ) goto __awsenv_done
set __awsenv_loud

# >>> prompt
set AWSENV_PROMPT = ''
if ( ! $?__awsenv_name ) goto __awsenv_done
set AWSENV_PROMPT = $__awsenv_name:q
if ( ! $?__awsenv_exp ) goto __awsenv_done
if ( x$__awsenv_exp:q == x ) goto __awsenv_done
if ( $__awsenv_now == 0 ) set __awsenv_now = `\date +%s`
@ __awsenv_left = $__awsenv_exp - $__awsenv_now
@ __awsenv_minutes = $__awsenv_left / 60
@ __awsenv_hours = $__awsenv_left / 3600
@ __awsenv_rest = $__awsenv_minutes % 60
@ __awsenv_days = $__awsenv_left / 86400
if ( $__awsenv_left <= 0 ) then
  set AWSENV_PROMPT = $AWSENV_PROMPT:q' '$__awsenv_end:q
else if ( $__awsenv_left < 60 ) then
  set AWSENV_PROMPT = $AWSENV_PROMPT:q' <1m'
else if ( $__awsenv_left < 3600 ) then
  set AWSENV_PROMPT = $AWSENV_PROMPT:q' '${__awsenv_minutes}m
else if ( $__awsenv_left < 172800 ) then
  set AWSENV_PROMPT = $AWSENV_PROMPT:q' '${__awsenv_hours}h${__awsenv_rest}m
else
  set AWSENV_PROMPT = $AWSENV_PROMPT:q' '${__awsenv_days}d
endif
unset __awsenv_left __awsenv_minutes __awsenv_hours __awsenv_rest __awsenv_days
# <<< prompt

__awsenv_done:
unset __awsenv_by_hand __awsenv_now __awsenv_at
exit ( $__awsenv_status )

# Here this file is being loaded.
__awsenv_loading:
# The directory that was last looked at; empty means look again. Its `.awsenv`, a stamp with the time that the file had then,
# what was said of it, when to look again in any case, when the profile ends, and what a person may have set by hand since.
set __awsenv_pwd = ''
set __awsenv_file = ''
set __awsenv_stamp = ''
set __awsenv_said = ''
set __awsenv_due = ''
set __awsenv_exp = ''
set __awsenv_mark = ''
# There is none until after the first prompt, which must be silent.
unset __awsenv_loud
# >>> prompt
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
unsetenv AWSENV_PROMPT
unsetenv AWSENV_PROMPT_COLOR
unsetenv AWSENV_PROMPT_SGR
set AWSENV_PROMPT = ''
set AWSENV_PROMPT_COLOR = ''
set AWSENV_PROMPT_SGR = ''
# <<< prompt

# First, and before what somebody else has there, which is kept.
if ( ! $?prompt ) goto __awsenv_loaded
set __awsenv_word = "`alias precmd`"
if ( $__awsenv_word:q !~ *__awsenv_hook* ) then
  if ( $__awsenv_word:q != '' ) set __awsenv_word = '; '$__awsenv_word:q
  alias precmd 'source $__awsenv_script:q __awsenv_hook'$__awsenv_word:q
endif
set __awsenv_word = "`alias cwdcmd`"
if ( $__awsenv_word:q !~ *__awsenv_moved* ) then
  if ( $__awsenv_word:q != '' ) set __awsenv_word = '; '$__awsenv_word:q
  alias cwdcmd 'source $__awsenv_script:q __awsenv_moved'$__awsenv_word:q
endif
unset __awsenv_word

__awsenv_loaded:
# 4. Completions

# __AWSENV_COMPLETIONS__
