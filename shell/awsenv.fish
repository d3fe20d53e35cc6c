# awsenv for fish. In ~/.config/fish/config.fish: awsenv init fish | source

# 1. Variables

set -g __awsenv_exe __AWSENV_EXE__
# The directory that was last looked at; empty means look again.
set -g __awsenv_pwd ''

# 2. The function

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
function __awsenv_switches
    set -l verb ''
    set -l value
    for word in $argv
        if set -q value[1]
            set value
            continue
        end
        switch $word
            case --
                break
            case -h --help -V --version --shell '--shell=*'
                return 1
            case --format --message-format --color
                set value next
            case '-*'
            case '*'
                test -n "$verb"; or set verb $word
        end
    end
    contains -- "$verb" use unset off clear auto refresh
end

function __AWSENV_CMD__ --description 'Switch this shell between AWS profiles'
    test -x "$__awsenv_exe"; or set -g __awsenv_exe awsenv
    if not __awsenv_switches $argv
        command $__awsenv_exe $argv
        return
    end
    # `string collect`, or line breaks in values would become blanks.
    set -l __awsenv_out (command $__awsenv_exe --shell fish $argv | string collect)
    set -l __awsenv_rc $pipestatus[1]
    # Half of the output of a killed process must not run.
    if test "$__awsenv_rc" -eq 0; and test -n "$__awsenv_out"
        builtin eval $__awsenv_out
        set __awsenv_rc $status
    end
    set -g __awsenv_pwd ''
    return $__awsenv_rc
end

# 3. The prompt

# >>> prompt
# An inherited variable would stay exported.
set -eg AWSENV_PROMPT

function __awsenv_tick
    set -l name $AWSENV_PROFILE
    set -q __awsenv_name; and set name $__awsenv_name
    # A prompt is no place for the escape sequences in a name.
    set name (string replace --all --regex '[[:cntrl:]]' '' -- "$name")
    # Without a text there is no variable, so that `set -q` tells.
    if test -z "$name"
        set -eg AWSENV_PROMPT
        return 0
    end
    set -g AWSENV_PROMPT $name
    string match --quiet --regex '^[0-9]+$' -- "$__awsenv_exp"; or return 0
    # The clock of fish 3.6 and later: when a file was changed, and how long ago that is.
    set -l changed (path mtime / 2>/dev/null); or return 0
    set -l left (math "$__awsenv_exp - $changed - "(path mtime -R /))
    if test "$left" -le 0
        set -g AWSENV_PROMPT "$name expired"
    else if test "$left" -lt 3600
        set -g AWSENV_PROMPT "$name "(math -s0 "$left / 60")m
    else
        set -g AWSENV_PROMPT "$name "(math -s0 "$left / 3600")h(math -s0 "$left / 60 % 60")m
    end
end

if status is-interactive
    function __awsenv_hook --on-event fish_prompt
        __awsenv_tick
    end
end
# <<< prompt

# 4. Completions

# __AWSENV_COMPLETIONS__
