# awsenv for elvish. In ~/.config/elvish/rc.elv: eval (awsenv init elvish | slurp)

# 1. Variables

use math
use path
use re
use str
var __awsenv_exe = '__AWSENV_EXE__'
# What secrets were before. No child process sees it, and code that is evaluated could not keep it.
var __awsenv_parked = [&]
# What the hook knows: the directory that was last looked at (empty means look again), what was said of it, when to look
# again in any case, and what a person may have set by hand since. It is loud after the first prompt, which must be silent.
var __awsenv_known = [&__awsenv_pwd='' &__awsenv_file='' &__awsenv_said='' &__awsenv_due='' &__awsenv_mark='' &loud='']

# 2. The function

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
fn __awsenv_switches {|words|
  var verb = ''
  var value = $false
  for word $words {
    if $value {
      set value = $false
    } elif (==s $word '--') {
      break
    } elif (or (has-value [-h --help -V --version --shell] $word) (str:has-prefix $word '--shell=')) {
      put $false
      return
    } elif (has-value [--format --message-format --color] $word) {
      set value = $true
    } elif (and (==s $verb '') (not (str:has-prefix $word '-'))) {
      set verb = $word
    }
  }
  has-value [use unset off clear auto refresh] $verb
}

fn __awsenv_restore {|name|
  if (has-key $__awsenv_parked $name) {
    set-env $name $__awsenv_parked[$name]
    set __awsenv_parked = (dissoc $__awsenv_parked $name)
  } else {
    unset-env $name
    echo 'awsenv: the earlier value of '$name' was put aside in another shell; it is unset in this one' >&2
  }
}

# Carries out the JSON form, in which `park` comes first.
fn __awsenv_apply {|change|
  var names = {|key| if (has-key $change $key) { all $change[$key] } }
  for name [($names park) ($names drop)] {
    set __awsenv_parked = (dissoc $__awsenv_parked $name)
  }
  for name [($names park)] {
    if (has-env $name) { set __awsenv_parked = (assoc $__awsenv_parked $name (get-env $name)) }
  }
  for name [($names unset)] { unset-env $name }
  for name [(keys $change[set])] { set-env $name $change[set][$name] }
  for name [($names restore)] { __awsenv_restore $name }
  if (has-key $change local) {
    for name [(keys $change[local])] {
      set __awsenv_known = (assoc $__awsenv_known $name (or $change[local][$name] ''))
    }
  }
}

fn __AWSENV_CMD__ {|@arguments|
  var words = [(each $to-string~ $arguments)]
  if (not (has-external $__awsenv_exe)) { set __awsenv_exe = awsenv }
  # It may have allowed the directory.
  set __awsenv_known = (assoc $__awsenv_known __awsenv_pwd '')
  if (not (__awsenv_switches $words)) {
    (external $__awsenv_exe) $@words
    return
  }
  # nushell's form is JSON with the variables of the shell itself. A binary that fails, or is killed while it writes, throws
  # here, and nothing of it is carried out.
  var changes = [((external $__awsenv_exe) --shell nushell $@words | from-json)]
  for change $changes { __awsenv_apply $change }
}

# Code that is evaluated has names of its own; this one is for the whole session. A script has no `edit:`, and takes the
# name from the namespace that `eval &on-end` hands it.
try {
  eval 'edit:add-var __AWSENV_CMD__~ $function' &ns=(ns [&function=$__AWSENV_CMD__~])
} catch e {
  nop
}

# 3. The hook

# >>> prompt
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
var AWSENV_PROMPT = ''
var AWSENV_PROMPT_COLOR = ''
var AWSENV_PROMPT_SGR = ''
# <<< prompt

fn __awsenv_value {|name|
  if (has-key $__awsenv_known $name) { put $__awsenv_known[$name] } else { put '' }
}

# elvish has no clock. A process is started for it only while something comes to an end.
fn __awsenv_now {
  num (e:date +%s)
}

# >>> prompt
fn __awsenv_tick {
  # A prompt is no place for the escape sequences in a name.
  var text = (re:replace '[[:cntrl:]]' '' (__awsenv_value __awsenv_name))
  var end = (__awsenv_value __awsenv_exp)
  if (and (not-eq $text '') (re:match '^[0-9]+$' $end)) {
    var left = (- $end (__awsenv_now))
    var minutes = (math:floor (/ $left 60))
    if (<= $left 0) {
      var ended = (__awsenv_value __awsenv_end)
      if (eq $ended '') { set ended = expired }
      set text = $text' '$ended
    } elif (< $left 60) {
      set text = $text' <1m'
    } elif (< $left 3600) {
      set text = $text' '(to-string $minutes)m
    } elif (< $left 172800) {
      set text = $text' '(to-string (math:floor (/ $minutes 60)))h(to-string (% $minutes 60))m
    } else {
      set text = $text' '(to-string (math:floor (/ $minutes 1440)))d
    }
  }
  set AWSENV_PROMPT = $text
  set AWSENV_PROMPT_COLOR = (__awsenv_value AWSENV_PROMPT_COLOR)
  set AWSENV_PROMPT_SGR = (__awsenv_value AWSENV_PROMPT_SGR)
}
# <<< prompt

fn __awsenv_mark {
  put $E:AWS_PROFILE':'$E:AWS_ACCESS_KEY_ID
}

# Tells whether nothing has changed since the binary was asked: not the variables, nor the directory, nor the credentials'
# age. The times of files are nothing that elvish can read: of a file that was changed it hears at the next `cd`.
fn __awsenv_is_seen {
  if (not-eq (__awsenv_mark) $__awsenv_known[__awsenv_mark]) { put $false; return }
  # Who has left by `awsenv unset` is left alone until `awsenv auto`.
  if (not-eq (__awsenv_value __awsenv_off) '') { put $true; return }
  if (not-eq $pwd $__awsenv_known[__awsenv_pwd]) { put $false; return }
  var file = $__awsenv_known[__awsenv_file]
  if (and (not-eq $file $pwd/.awsenv) (path:is-regular &follow-symlink $pwd/.awsenv)) { put $false; return }
  if (and (not-eq $file '') (not (path:is-regular &follow-symlink $file))) { put $false; return }
  var due = $__awsenv_known[__awsenv_due]
  if (not (re:match '^[0-9]+$' $due)) { put $true; return }
  < (__awsenv_now) $due
}

fn __awsenv_look {
  if (__awsenv_is_seen) { return }
  if (not (has-external $__awsenv_exe)) { set __awsenv_exe = awsenv }
  var file = ''
  if (path:is-regular &follow-symlink $pwd/.awsenv) { set file = $pwd/.awsenv }
  var how = []
  if (eq $__awsenv_known[loud] '') { set how = [--silent] }
  if (not-eq (__awsenv_value __awsenv_off) '') { set how = [$@how --off] }
  # Before the answer, so that one that does not come is not asked for at every prompt.
  for entry [[__awsenv_pwd $pwd] [__awsenv_file $file] [__awsenv_due ''] [__awsenv_mark (__awsenv_mark)]] {
    set __awsenv_known = (assoc $__awsenv_known $@entry)
  }
  var said = $__awsenv_known[__awsenv_said]
  var changes = [((external $__awsenv_exe) --shell nushell hook --pwd=$pwd --said=$said $@how | from-json)]
  for change $changes { __awsenv_apply $change }
  set __awsenv_known = (assoc $__awsenv_known __awsenv_mark (__awsenv_mark))
}

# An error here would come out of the person's `cd`, or of every prompt.
fn __awsenv_moved {|_|
  try { __awsenv_look } catch e { nop }
}

fn __awsenv_hook {
  try { __awsenv_look } catch e { nop }
  set __awsenv_known = (assoc $__awsenv_known loud 1)
  # >>> prompt
  try { __awsenv_tick } catch e { set AWSENV_PROMPT = '' }
  # <<< prompt
}

# Those of somebody else, which are kept. A function of elvish's own has no body to be read.
fn __awsenv_others {|hooks|
  for hook $hooks {
    var body = ''
    try { set body = $hook[body] } catch e { nop }
    if (not (str:contains $body __awsenv_look)) { put $hook }
  }
}

# Only a session has `edit:`. First, so that a prompt made by a later function shows the text of now; and once, however often
# this is loaded.
try {
  eval 'set edit:before-readline = [$hook~ ($others~ $edit:before-readline)]' ^
    &ns=(ns [&hook~=$__awsenv_hook~ &others~=$__awsenv_others~])
  set after-chdir = [(__awsenv_others $after-chdir) $__awsenv_moved~]
} catch e {
  nop
}

# 4. Completions

# __AWSENV_COMPLETIONS__
