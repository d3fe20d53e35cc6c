# Completions of awsenv for elvish.

use str

fn __awsenv_candidates {|@words|
  tmp E:COMPLETE = elvish
  (external '__AWSENV_EXE__') -- $@words 2>/dev/null | from-json
}

# Only a session has `edit:`.
try {
  eval '
    set edit:completion:arg-completer[__AWSENV_CMD__] = {|@words|
      var answer = (candidates $@words)
      for value $answer[values] {
        var display = $value[name]
        if (not-eq $value[help] $display) { set display = $display" ("$value[help]")" }
        var suffix = " "
        if (has-suffix $display "=") { set suffix = "" }
        edit:complex-candidate &display=$display &code-suffix=$suffix $value[name]
      }
      # The command behind `exec … --` is completed as if it stood alone.
      if $answer[child] {
        edit:complete-sudo (all $words[(- (exact-num $answer[child]) 1)..])
      }
    }' &ns=(ns [&candidates~=$__awsenv_candidates~ &has-suffix~=$str:has-suffix~])
} catch e {
  nop
}
