# awsenv for fish. In ~/.config/fish/config.fish: awsenv init fish | source

# 1. Variables

set -g __awsenv_exe __AWSENV_EXE__
# The directory that was last looked at; empty means look again.
set -g __awsenv_pwd ''
# Its `.awsenv`, a stamp with the time that the file had then, what was said of it, and when to look again in any case.
set -g __awsenv_file ''
set -g __awsenv_stamp ''
set -g __awsenv_said ''
set -g __awsenv_due ''
# What a person may have set by hand since.
set -g __awsenv_mark ''
# The directory, the profile and the key of the last prompt, empty where something else may have changed; where a file would be
# nearer than its own; and between which ages of `/` it stays as it is, if something ends.
set -g __awsenv_seen ''
set -g __awsenv_new ''
set -g __awsenv_holds
# Empty until after the first prompt, which must be silent.
set -g __awsenv_loud ''

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

# What `awsenv doctor` is told of this shell, into which it cannot look itself. No values: some are secrets.
function __awsenv_about
    set -l hook off
    if functions --query __awsenv_hook
        set hook yes
    else if status is-interactive
        set hook no
    end
    set -l hidden
    set -l universal
    for name in (set --names | string match 'AWS_*')
        set -qU $name; and set -a universal $name
        set -qx $name; or set -a hidden $name
    end
    printf '%s\n' "shell=fish $version" script=__AWSENV_VERSION__ hook=$hook "ran=$__awsenv_loud" "looked=$__awsenv_pwd" \
        "hidden=$hidden" "universal=$universal"
end

# Notes the variables that are not exported: the binary cannot see them, and a switch may take their place.
function __awsenv_keep
    for name in (set --names --global --unexport | string match 'AWS_*')
        set -gu __awsenv_was_$name $$name
    end
end

# Gives back those whose place is free again, and forgets those that have kept theirs.
function __awsenv_give_back
    for was in (set --names --global | string match '__awsenv_was_*')
        set -l name (string replace __awsenv_was_ '' $was)
        if not set -qg $name
            set -gu $name $$was
        else if set -q AWSENV_PROFILE; and set -qgx $name
            continue
        end
        set -eg $was
    end
end

function __AWSENV_CMD__ --description 'Switch this shell between AWS profiles'
    test -x "$__awsenv_exe"; or set -g __awsenv_exe awsenv
    if not __awsenv_switches $argv
        if contains -- doctor $argv[1..3]
            set -lx AWSENV_SHELL_REPORT (__awsenv_about | string collect)
            command $__awsenv_exe $argv
        else
            command $__awsenv_exe $argv
        end
        set -l __awsenv_rc $status
        # It may have allowed the directory.
        set -g __awsenv_pwd ''
        set -g __awsenv_seen ''
        return $__awsenv_rc
    end
    # Tracing would show secrets.
    set -l fish_trace
    __awsenv_keep
    # `string collect`, or line breaks in values would become blanks.
    set -l __awsenv_out (command $__awsenv_exe --shell fish $argv | string collect)
    set -l __awsenv_rc $pipestatus[1]
    # Half of the output of a killed process must not run.
    if test "$__awsenv_rc" -eq 0; and test -n "$__awsenv_out"
        builtin eval $__awsenv_out
        set __awsenv_rc $status
    end
    __awsenv_give_back
    set -g __awsenv_pwd ''
    set -g __awsenv_seen ''
    return $__awsenv_rc
end

# 3. The hook

# >>> prompt
# An inherited variable would stay exported.
set -eg AWSENV_PROMPT
# The name of the colour that a guard gives the profile, and the parameters of its escape sequence.
set -gu AWSENV_PROMPT_COLOR ''
set -gu AWSENV_PROMPT_SGR ''

# Takes when `/` was changed, and how long ago that is, where fish has this clock.
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
    set -q argv[2]; or return 0
    set -l left (math "$__awsenv_exp - $argv[1] - $argv[2]")
    # The same until its minute is over, or until `/` has changed and seems younger.
    test "$left" -gt 0; and set -g __awsenv_holds $argv[2] (math "$argv[2] + max(1, $left % 60)")
    if test "$left" -le 0
        set -l ended $__awsenv_end
        test -n "$ended"; or set ended expired
        set -g AWSENV_PROMPT "$name $ended"
    else if test "$left" -lt 60
        set -g AWSENV_PROMPT "$name <1m"
    else if test "$left" -lt 3600
        set -g AWSENV_PROMPT "$name "(math -s0 "$left / 60")m
    else if test "$left" -lt 172800
        set -g AWSENV_PROMPT "$name "(math -s0 "$left / 3600")h(math -s0 "$left / 60 % 60")m
    else
        set -g AWSENV_PROMPT "$name "(math -s0 "$left / 86400")d
    end
end
# <<< prompt

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor the credentials' age. Before 3.6 fish can compare no times of files; there it notices at the next `cd`.
function __awsenv_is_seen
    test "$AWS_PROFILE:$AWS_ACCESS_KEY_ID" = "$__awsenv_mark"; or return 1
    # Who has left by `awsenv unset` is left alone until `awsenv auto`.
    test -z "$__awsenv_off"; or return 0
    test "$PWD" = "$__awsenv_pwd"; or return 1
    test "$__awsenv_file" != "$PWD/.awsenv" -a -f "$PWD/.awsenv"; and return 1
    if test -n "$__awsenv_file"
        test -f "$__awsenv_file"; or return 1
        test "$__awsenv_file" -nt "$__awsenv_stamp" -o "$__awsenv_file" -ot "$__awsenv_stamp" 2>/dev/null; and return 1
    end
    test -n "$__awsenv_due"; or return 0
    set -l changed (path mtime / 2>/dev/null); or return 0
    test (math "$changed + "(path mtime -R /)) -lt "$__awsenv_due"
end

function __awsenv_look
    # What a `(…)` does is its own affair.
    if status is-command-substitution; or __awsenv_is_seen
        return 0
    end
    test -x "$__awsenv_exe"; or test "$__awsenv_exe" = awsenv; or return 0
    set -l fish_trace
    set -l how
    test -n "$__awsenv_loud"; or set how --silent
    test -z "$__awsenv_off"; or set -a how --off
    set -g __awsenv_seen ''
    # Before the answer, so that one that does not come is not asked for at every prompt.
    set -g __awsenv_pwd $PWD
    set -g __awsenv_due ''
    set -g __awsenv_file ''
    test -f "$PWD/.awsenv"; and set -g __awsenv_file "$PWD/.awsenv"
    set -g __awsenv_stamp $__awsenv_file
    set -g __awsenv_mark "$AWS_PROFILE:$AWS_ACCESS_KEY_ID"
    set -l __awsenv_out (command $__awsenv_exe --shell fish hook --pwd "$PWD" --said "$__awsenv_said" $how | string collect)
    if test "$pipestatus[1]" -eq 0; and test -n "$__awsenv_out"
        __awsenv_keep
        builtin eval $__awsenv_out
        __awsenv_give_back
        set -g __awsenv_mark "$AWS_PROFILE:$AWS_ACCESS_KEY_ID"
    end
    return 0
end

if status is-interactive
    function __awsenv_moved --on-variable PWD
        __awsenv_look
    end

    # A prompt that is not like the last one.
    function __awsenv_changed
        __awsenv_is_seen; or __awsenv_look
        set -g __awsenv_loud 1
        set -g __awsenv_seen ''
        set -g __awsenv_holds
        # The clock of fish 3.6 and later.
        set -l clock (path mtime / 2>/dev/null; and path mtime -R /)
        # >>> prompt
        __awsenv_tick $clock
        # <<< prompt
        # Without it, or where it is to look again or could not, no prompt is like the last one.
        set -q clock[2]; and __awsenv_is_seen; or return 0
        if test -n "$__awsenv_due"
            set -l due (math "$__awsenv_due - $clock[1]")
            if not set -q __awsenv_holds[2]; or test "$due" -lt "$__awsenv_holds[2]"
                set -g __awsenv_holds $clock[2] $due
            end
        end
        set -g __awsenv_seen "$PWD:$AWS_PROFILE:$AWS_ACCESS_KEY_ID"
        set -g __awsenv_new "$PWD/.awsenv"
        test "$__awsenv_file" != "$__awsenv_new"; or set -g __awsenv_new ''
    end

    # Every prompt pays for this (tests/bench), and fish for each command: so it is one comparison with the last prompt, and the
    # clock where something ends.
    if path mtime / >/dev/null 2>&1
        function __awsenv_hook --on-event fish_prompt
            if test "$PWD:$AWS_PROFILE:$AWS_ACCESS_KEY_ID" = "$__awsenv_seen" -a ! -f "$__awsenv_new" \
                    -a ! "$__awsenv_file" -nt "$__awsenv_stamp" -a ! "$__awsenv_file" -ot "$__awsenv_stamp"
                set -q __awsenv_holds[2]; or return 0
                set -l age (path mtime -R /)
                test "$age" -ge "$__awsenv_holds[1]" -a "$age" -lt "$__awsenv_holds[2]"; and return 0
            end
            __awsenv_changed
        end
    else
        function __awsenv_hook --on-event fish_prompt
            __awsenv_changed
        end
    end
end

# 4. Completions

# __AWSENV_COMPLETIONS__
