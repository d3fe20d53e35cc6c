# Completions of awsenv for tcsh.

set __awsenv_completer = 'awsenv'
set __awsenv_completes = 'COMPLETE=tcsh exec "$0" -- . 2>/dev/null'
complete awsenv 'p@*@`/bin/sh -c $__awsenv_completes:q $__awsenv_completer:q`@'
