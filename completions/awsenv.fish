# Completions of awsenv for fish.

function __awsenv_complete
    set -l line (commandline --current-process --cut-at-cursor | string collect)
    set -l answer (COMPLETE=fish command 'awsenv' -- "$line" 2>/dev/null)
    switch "$answer[1]"
        case values
            set --erase answer[1]
            printf '%s\n' $answer
        case child
            # The command behind `exec … --` is completed as if it stood alone.
            set --erase answer[1]
            complete --do-complete=(string join \n -- $answer | string collect)
    end
end

complete --erase --command awsenv
complete --command awsenv --no-files --arguments '(__awsenv_complete)'
