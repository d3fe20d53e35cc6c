# awsenv for nushell, which evaluates no text: the script has to be a file.
# Once: awsenv init nushell | save -f ($nu.default-config-dir | path join autoload awsenv.nu)

# 1. Variables

const __awsenv_exe = '__AWSENV_EXE__'

# 2. The function

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
def __awsenv_switches [words: list<string>]: nothing -> bool {
    mut verb = ''
    mut value = false
    for word in $words {
        if $value {
            $value = false
        } else if $word == '--' {
            break
        } else if $word in ['-h' '--help' '-V' '--version' '--shell'] or ($word starts-with '--shell=') {
            return false
        } else if $word in ['--format' '--message-format' '--color'] {
            $value = true
        } else if $verb == '' and not ($word starts-with '-') {
            $verb = $word
        }
    }
    $verb in ['use' 'unset' 'off' 'clear' 'auto' 'refresh']
}

# What secrets were before is kept in a record: nushell gives its children only what is text.
def --env __awsenv_restore [name: string] {
    let parked = $env.__awsenv_parked? | default {}
    if $name in $parked {
        load-env {$name: ($parked | get $name)}
        $env.__awsenv_parked = $parked | reject $name
    } else {
        load-env {$name: null}
        print --stderr $'awsenv: the earlier value of ($name) was put aside in another shell; it is unset in this one'
    }
}

# Carries out the JSON form, in which `park` comes first.
def --env __awsenv_apply [change: record] {
    mut parked = $env.__awsenv_parked? | default {}
    for name in ($change.drop? | default []) { $parked = $parked | reject --optional $name }
    for name in ($change.park? | default []) {
        $parked = $parked | reject --optional $name
        let value = $env | get --optional $name
        if $value != null { $parked = $parked | insert $name $value }
    }
    $env.__awsenv_parked = $parked
    # Not `hide-env`: behind it shows through what the variable was before, in this call or the next. Of `null` no child
    # process hears.
    for name in $change.unset { load-env {$name: null} }
    load-env $change.set
    for name in ($change.restore? | default []) { __awsenv_restore $name }
}

# Switch this shell between AWS profiles
def --env --wrapped __AWSENV_CMD__ [...words: string] {
    let piped = $in
    let exe = if ($__awsenv_exe | path exists) { $__awsenv_exe } else { 'awsenv' }
    # `null | …` would take the terminal away from a question. What is the last command is streamed, and its status is the
    # function's.
    if not (__awsenv_switches $words) {
        if $piped == null { ^$exe ...$words } else { $piped | ^$exe ...$words }
    } else {
        # A binary that fails, or is killed while it writes, is an error here, and nothing of it is carried out.
        let answer = if $piped == null {
            ^$exe --shell nushell ...$words
        } else {
            $piped | ^$exe --shell nushell ...$words
        }
        if $answer != '' { __awsenv_apply ($answer | from json) }
    }
}

# 3. The hook

# There is none: a directory's `.awsenv` is for the other shells.

# 4. Completions

# __AWSENV_COMPLETIONS__
