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


def __awsenv_program(exe, environment):
    """Finds the binary, also when an upgrade has put it elsewhere."""
    import os
    import shutil

    return exe if os.access(exe, os.X_OK) else shutil.which('awsenv', path=environment.get('PATH')) or 'awsenv'


def __awsenv_function(exe, switches, find):
    """Makes the function, with all that it needs inside: the session's names are the person's."""
    import subprocess

    def function(arguments, stdin=None, stdout=None, stderr=None):
        # It may have allowed the directory.
        __xonsh__.ctx['__awsenv_pwd'] = ''
        environment = __xonsh__.env.detype()
        program = find(exe, environment)
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


aliases['__AWSENV_CMD__'] = __awsenv_function(__awsenv_exe, __awsenv_switches, __awsenv_program)

# 3. The hook



def __awsenv_hooks(exe, find):
    """Makes what runs at a new directory and before a prompt. What it knows is in the session, where the binary's answers
    put it too.
    """
    import os
    import re
    import subprocess
    import time

    context = __xonsh__.ctx
    env = __xonsh__.env
    # The directory that was last looked at; empty means look again. Its `.awsenv`, a stamp with the time that the file had
    # then, what was said of it, when to look again in any case, and what a person may have set by hand since.
    for name in ('pwd', 'file', 'stamp', 'said', 'due', 'mark'):
        context['__awsenv_' + name] = ''
    # Until after the first prompt, which must be silent.
    context['__awsenv_loud'] = False

    def mark():
        return '%s:%s' % (env.get('AWS_PROFILE', ''), env.get('AWS_ACCESS_KEY_ID', ''))

    def changed(file):
        return os.stat(file).st_mtime_ns if os.path.isfile(file) else None

    def is_seen(pwd):
        """Tells without a process whether nothing has changed since the binary was asked."""
        if mark() != context['__awsenv_mark']:
            return False
        # Who has left by `awsenv unset` is left alone until `awsenv auto`.
        if context.get('__awsenv_off'):
            return True
        file = context['__awsenv_file']
        here = os.path.join(pwd, '.awsenv')
        if pwd != context['__awsenv_pwd'] or (here != file and os.path.isfile(here)):
            return False
        if file and (changed(file) is None or changed(file) != changed(context['__awsenv_stamp'])):
            return False
        due = context['__awsenv_due']
        return not re.fullmatch('[0-9]+', due) or time.time() < int(due)

    def look(**_):
        pwd = str(env.get('PWD', ''))
        if is_seen(pwd):
            return
        here = os.path.join(pwd, '.awsenv')
        file = here if os.path.isfile(here) else ''
        # Before the answer, so that one that does not come is not asked for at every prompt.
        context.update(__awsenv_pwd=pwd, __awsenv_file=file, __awsenv_stamp=file, __awsenv_due='', __awsenv_mark=mark())
        environment = env.detype()
        words = [find(exe, environment), '--shell', 'xonsh', 'hook', '--pwd=' + pwd, '--said=' + context['__awsenv_said']]
        words += [] if context['__awsenv_loud'] else ['--silent']
        words += ['--off'] if context.get('__awsenv_off') else []
        try:
            done = subprocess.run(words, stdout=subprocess.PIPE, env=environment)
        except OSError:
            return
        if done.returncode == 0:
            exec(compile(done.stdout.decode('ascii'), '<awsenv>', 'exec'), {'__xonsh__': __xonsh__})
        context['__awsenv_mark'] = mark()

    # >>> prompt
    def tick():
        # A prompt is no place for the escape sequences in a name.
        text = re.sub('[\x00-\x1f\x7f-\x9f]', '', str(context.get('__awsenv_name') or ''))
        end = context.get('__awsenv_exp') or ''
        if text and re.fullmatch('[0-9]+', end):
            left = int(end) - int(time.time())
            if left <= 0:
                text += ' ' + (context.get('__awsenv_end') or 'expired')
            elif left < 60:
                text += ' <1m'
            elif left < 3600:
                text += ' %dm' % (left // 60)
            elif left < 172800:
                text += ' %dh%dm' % (left // 3600, left // 60 % 60)
            else:
                text += ' %dd' % (left // 86400)
        context['AWSENV_PROMPT'] = text

    # <<< prompt
    def hook(**_):
        look()
        context['__awsenv_loud'] = True
        # >>> prompt
        tick()
        # <<< prompt

    # Registered once, however often this is loaded.
    for event in (events.on_chdir, events.on_pre_prompt_format):
        for handler in [handler for handler in event if getattr(handler, '__qualname__', '').startswith('__awsenv_hooks.')]:
            event.discard(handler)
    events.on_chdir(look)
    # `on_pre_prompt` comes when the prompt has been made already.
    events.on_pre_prompt_format(hook)


# >>> prompt
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
AWSENV_PROMPT = AWSENV_PROMPT_COLOR = AWSENV_PROMPT_SGR = ''
# `{awsenv}` in `$PROMPT`, where braces mean colours.
$PROMPT_FIELDS['awsenv'] = lambda: __xonsh__.ctx.get('AWSENV_PROMPT', '').replace('{', '{{').replace('}', '}}')
# <<< prompt
__awsenv_hooks(__awsenv_exe, __awsenv_program)

# 4. Completions

# __AWSENV_COMPLETIONS__
