# awsenv for nushell, which evaluates no text: the script has to be a file.
# Once: awsenv init nushell | save -f ($nu.default-config-dir | path join autoload awsenv.nu)

# 1. Variables

const __awsenv_exe = '__AWSENV_EXE__'
# What the hook knows: the directory that was last looked at (empty means look again), its `.awsenv`, a stamp with the time
# that the file had then, what was said of it, when to look again in any case, and what a person may have set by hand since.
# A record, since nushell gives its children only what is text. It is loud after the first prompt, which must be silent.
$env.__awsenv = {
    __awsenv_pwd: '' __awsenv_file: '' __awsenv_stamp: '' __awsenv_said: '' __awsenv_due: '' __awsenv_mark: '' loud: false
}

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
    $env.__awsenv = $env.__awsenv | merge ($change.local? | default {})
}

# Switch this shell between AWS profiles
# @complete __awsenv_complete
def --env --wrapped __AWSENV_CMD__ [...words: string] {
    let piped = $in
    let exe = if ($__awsenv_exe | path exists) { $__awsenv_exe } else { 'awsenv' }
    # `null | …` would take the terminal away from a question. What is the last command is streamed, and its status is the
    # function's.
    # It may have allowed the directory.
    $env.__awsenv = $env.__awsenv | merge {__awsenv_pwd: ''}
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

# >>> prompt
# A record too: the text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
$env.AWSENV_PROMPT = {text: '' color: '' sgr: ''}

def --env __awsenv_tick [] {
    let known = $env.__awsenv
    # A prompt is no place for the escape sequences in a name.
    let name = $known.__awsenv_name? | default '' | str replace --all --regex '[[:cntrl:]]' ''
    mut text = $name
    if $name != '' and ($known.__awsenv_exp? | default '') =~ '^[0-9]+$' {
        let left = ($known.__awsenv_exp | into int) - (date now | format date '%s' | into int)
        $text = $'($name) (
            if $left <= 0 {
                let ended = $known.__awsenv_end? | default ''
                if $ended == '' { 'expired' } else { $ended }
            } else if $left < 60 {
                '<1m'
            } else if $left < 3600 {
                $'($left // 60)m'
            } else if $left < 172800 {
                $'($left // 3600)h($left // 60 mod 60)m'
            } else {
                $'($left // 86400)d'
            }
        )'
    }
    $env.AWSENV_PROMPT = {
        text: $text
        color: ($known.AWSENV_PROMPT_COLOR? | default '')
        sgr: ($known.AWSENV_PROMPT_SGR? | default '')
    }
}
# <<< prompt

def __awsenv_time [file: string] {
    try { ls --directory $file | get 0.modified } catch { null }
}

def __awsenv_mark []: nothing -> string {
    $'($env.AWS_PROFILE? | default ''):($env.AWS_ACCESS_KEY_ID? | default '')'
}

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor the credentials' age.
def __awsenv_is_seen []: nothing -> bool {
    let known = $env.__awsenv
    if (__awsenv_mark) != $known.__awsenv_mark { return false }
    # Who has left by `awsenv unset` is left alone until `awsenv auto`.
    if ($known.__awsenv_off? | default '') != '' { return true }
    if $env.PWD != $known.__awsenv_pwd { return false }
    let here = $env.PWD | path join .awsenv
    if $here != $known.__awsenv_file and ($here | path exists) { return false }
    if $known.__awsenv_file != '' {
        let changed = __awsenv_time $known.__awsenv_file
        if $changed == null or $changed != (__awsenv_time $known.__awsenv_stamp) { return false }
    }
    if $known.__awsenv_due !~ '^[0-9]+$' { return true }
    (date now | format date '%s' | into int) < ($known.__awsenv_due | into int)
}

def --env __awsenv_look [] {
    if (__awsenv_is_seen) { return }
    let known = $env.__awsenv
    let exe = if ($__awsenv_exe | path exists) { $__awsenv_exe } else { 'awsenv' }
    let here = $env.PWD | path join .awsenv
    let file = if ($here | path exists) { $here } else { '' }
    # Before the answer, so that one that does not come is not asked for at every prompt.
    $env.__awsenv = $known | merge {
        __awsenv_pwd: $env.PWD __awsenv_file: $file __awsenv_stamp: $file __awsenv_due: '' __awsenv_mark: (__awsenv_mark)
    }
    let how = [
        ...(if $known.loud { [] } else { ['--silent'] })
        ...(if ($known.__awsenv_off? | default '') == '' { [] } else { ['--off'] })
    ]
    let answer = try {
        ^$exe --shell nushell hook $'--pwd=($env.PWD)' $'--said=($known.__awsenv_said)' ...$how | collect
    } catch { '' }
    if $answer != '' { __awsenv_apply ($answer | from json) }
    $env.__awsenv = $env.__awsenv | merge {__awsenv_mark: (__awsenv_mark)}
}

def --env __awsenv_hook [] {
    # What the last command has ended with is not the hook's to change.
    let status = $env.LAST_EXIT_CODE? | default 0
    __awsenv_look
    $env.__awsenv = $env.__awsenv | merge {loud: true}
    # >>> prompt
    __awsenv_tick
    # <<< prompt
    $env.LAST_EXIT_CODE = $status
}

# First, so that what a later hook makes of it shows the text of now; and once, however often this is loaded.
$env.config.hooks.pre_prompt = [
    {__awsenv_hook: true code: {|| __awsenv_hook }}
    ...($env.config.hooks.pre_prompt? | default [] | where {|hook| not (try { $hook.__awsenv_hook } catch { false }) })
]

# 4. Completions

# __AWSENV_COMPLETIONS__
