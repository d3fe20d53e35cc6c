# Completions of awsenv for nushell, 0.108 and later.

# Without `return`, which nushell does not take from a completer.
def __awsenv_complete [words: list<string>] {
    let answer = try {
        with-env {COMPLETE: nushell} { ^awsenv -- ...$words | complete } | get stdout | from json
    } catch { {child: null values: []} }
    let completer = $env.config.completions.external.completer?
    if $answer.child == null {
        $answer.values | each {|value| {value: $value.text description: $value.help} }
    } else if $completer != null {
        # The command behind `exec … --` is completed as if it stood alone.
        do $completer ($words | skip $answer.child)
    }
}

@complete __awsenv_complete
export extern awsenv [...words: string]
