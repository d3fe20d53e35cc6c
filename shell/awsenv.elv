# awsenv for elvish. In ~/.config/elvish/rc.elv: eval (awsenv init elvish | slurp)

# 1. Variables

use str
var __awsenv_exe = '__AWSENV_EXE__'
# What secrets were before. No child process sees it, and code that is evaluated could not keep it.
var __awsenv_parked = [&]

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
}

fn __AWSENV_CMD__ {|@arguments|
  var words = [(each $to-string~ $arguments)]
  if (not (has-external $__awsenv_exe)) { set __awsenv_exe = awsenv }
  if (not (__awsenv_switches $words)) {
    (external $__awsenv_exe) $@words
    return
  }
  # A binary that fails, or is killed while it writes, throws here, and nothing of it is carried out.
  var changes = [((external $__awsenv_exe) --shell json $@words | from-json)]
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

# There is none: a directory's `.awsenv` is for the other shells.

# 4. Completions

# __AWSENV_COMPLETIONS__
