# Completions of awsenv for tcsh.

set __awsenv_completer = '__AWSENV_EXE__'
set __awsenv_completes = 'COMPLETE=tcsh exec "$0" -- . 2>/dev/null'
complete __AWSENV_CMD__ 'p@*@`/bin/sh -c $__awsenv_completes:q $__awsenv_completer:q`@'
