# awsenv for xonsh. In ~/.xonshrc: execx($(awsenv init xonsh))

# 1. Variables

__awsenv_exe = '__AWSENV_EXE__'


# 2. The function


def __awsenv_switches(words):
    """Tells whether the first word that is no option is a command whose output changes this shell.

    Whoever asks for help, or names a shell, wants to see the output instead.
    """
    verb = None
    value = False
    for word in words:
        if value:
            value = False
        elif word == '--':
            break
        elif word in ('-h', '--help', '-V', '--version', '--shell') or word.startswith('--shell='):
            return False
        elif word in ('--format', '--message-format', '--color'):
            value = True
        elif verb is None and not word.startswith('-'):
            verb = word
    return verb in ('use', 'unset', 'off', 'clear', 'auto', 'refresh')


def __awsenv_function(exe, switches):
    """Makes the function, with all that it needs inside: the session's names are the person's."""
    import os
    import shutil
    import subprocess

    def function(arguments, stdin=None, stdout=None, stderr=None):
        environment = __xonsh__.env.detype()
        program = exe if os.access(exe, os.X_OK) else shutil.which('awsenv', path=environment.get('PATH')) or 'awsenv'
        streams = {'stdin': stdin, 'stderr': stderr, 'env': environment}
        if not switches(arguments):
            return subprocess.run([program, *arguments], stdout=stdout, **streams).returncode
        done = subprocess.run([program, '--shell', 'xonsh', *arguments], stdout=subprocess.PIPE, **streams)
        # Half of the output of a killed process must not run.
        if done.returncode == 0:
            exec(compile(done.stdout.decode('ascii'), '<awsenv>', 'exec'), {'__xonsh__': __xonsh__})
        # As shells have it: 128 and the signal.
        return done.returncode if done.returncode >= 0 else 128 - done.returncode

    return function


aliases['__AWSENV_CMD__'] = __awsenv_function(__awsenv_exe, __awsenv_switches)

# 3. The hook

# There is none: a directory's `.awsenv` is for the other shells.

# 4. Completions

# __AWSENV_COMPLETIONS__
