# Completions of awsenv for xonsh.


def __awsenv_completer(name, exe):
    """Makes the completer, with all that it needs inside: the session's names are the person's."""
    import json
    import subprocess

    from xonsh.completers.completer import add_one_completer
    from xonsh.completers.tools import RichCompletion, contextual_command_completer_for
    from xonsh.parsers.completion_context import CompletionContext

    @contextual_command_completer_for(name)
    def complete(context):
        words = [arg.value for arg in context.args[: context.arg_index]] + [context.prefix]
        environment = {**__xonsh__.env.detype(), 'COMPLETE': 'xonsh'}
        try:
            done = subprocess.run(
                [exe, '--', *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
            )
            answer = json.loads(done.stdout)
        except (OSError, ValueError):
            return None
        first = answer['child']
        if first is not None:
            # The command behind `exec … --` is completed as if it stood alone.
            child = context._replace(args=context.args[first:], arg_index=context.arg_index - first)
            return __xonsh__.shell.shell.completer.complete_from_context(CompletionContext(child))
        # The quote behind the cursor, which xonsh may have put there, stays.
        behind = '' if context.is_after_closing_quote else context.closing_quote
        found = set()
        for value in answer['values']:
            text = value['text']
            if behind and not text.endswith(behind):
                continue
            found.add(
                RichCompletion(
                    text[: len(text) - len(behind)],
                    prefix_len=len(context.raw_prefix),
                    display=value['name'],
                    description='' if value['help'] == value['name'] else value['help'],
                    append_closing_quote=False,
                )
            )
        if not found:
            # Files are no profiles.
            raise StopIteration
        return found

    # Replaced, however often this is loaded, and before those that know nothing of it.
    __xonsh__.completers.pop(name, None)
    add_one_completer(name, complete, 'start')


__awsenv_completer('awsenv', 'awsenv')
