# awsenv for PowerShell 7 and Windows PowerShell 5.1. In $PROFILE:
# Invoke-Expression (& awsenv init powershell | Out-String)

# 1. Variables

$global:__awsenv_exe = '__AWSENV_EXE__'
# The directory that was last looked at; empty means look again.
$global:__awsenv_pwd = ''
# Its `.awsenv`, a stamp with the time that the file had then, what was said of it, and when to look again in any case.
$global:__awsenv_file = ''
$global:__awsenv_stamp = ''
$global:__awsenv_said = ''
$global:__awsenv_due = ''
# What a person may have set by hand since.
$global:__awsenv_mark = ''
# False until after the first prompt, which must be silent.
$global:__awsenv_loud = $false

# 2. The function

# Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
# names a shell, wants to see the output instead.
function global:__awsenv_switches([string[]]$words) {
    $verb = ''
    $value = $false
    foreach ($word in $words) {
        if ($value) { $value = $false; continue }
        if ($word -ceq '--') { break }
        if ('-h', '--help', '-V', '--version', '--shell' -ccontains $word -or $word -clike '--shell=*') { return $false }
        if ('--format', '--message-format', '--color' -ccontains $word) { $value = $true; continue }
        if ($word -clike '-*') { continue }
        if (-not $verb) { $verb = $word }
    }
    return 'use', 'unset', 'off', 'clear', 'auto', 'refresh' -ccontains $verb
}

# Where the first bare `--` stands among the words of a call, else -1; and how many other words it has.
function global:__awsenv_dashes($call) {
    $position = 0
    $dashes = -1
    for ($index = 1; $index -lt $call.CommandElements.Count; $index++) {
        $element = $call.CommandElements[$index]
        if ($dashes -lt 0 -and $element.Extent.Text -ceq '--') { $dashes = $position; continue }
        $position++
        # `-r:eu` arrives as two words.
        if ($element -is [System.Management.Automation.Language.CommandParameterAst] -and $null -ne $element.Argument) { $position++ }
    }
    return $dashes, $position
}

# Puts back the first bare `--`, which PowerShell takes out of $args: finds it in the text of the call. That text is only
# parsed, never run again.
function global:__awsenv_words($invocation, [object[]]$arguments) {
    $words = @(foreach ($argument in $arguments) { foreach ($part in @($argument)) { [string]$part } })
    $line = ''
    if ($invocation.OffsetInLine -gt 0) { $line = $invocation.Line.Substring($invocation.OffsetInLine - 1) }
    # The line ends where the statement may go on.
    $text = ''
    if ($invocation.PSObject.Properties['Statement']) { $text = $invocation.Statement }
    if (-not $text) { $text = $line }
    if (-not $text -or $text -notmatch '--') { return , $words }
    $name = $invocation.InvocationName
    $tokens = $null
    $problems = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$tokens, [ref]$problems)
    $isCall = {
        param($node)
        $node -is [System.Management.Automation.Language.CommandAst] -and $node.GetCommandName() -eq $name
    }
    $found = -1
    foreach ($call in $tree.FindAll($isCall.GetNewClosure(), $true)) {
        $dashes, $count = __awsenv_dashes $call
        # A statement may hold several calls: ours is the one that stands where the line says.
        $start = ($text.Substring($call.Extent.StartOffset) -split '\r?\n')[0]
        if ($line -and $line.StartsWith($start, [StringComparison]::Ordinal)) { $found = $dashes; break }
        if ($found -lt 0 -and $count -eq $words.Count) { $found = $dashes }
    }
    if ($found -lt 0 -or $found -gt $words.Count) { return , $words }
    return , @($words | Select-Object -First $found; '--'; $words | Select-Object -Skip $found)
}

# What `awsenv doctor` is told of this shell, into which it cannot look itself. No values: some are secrets.
function global:__awsenv_about {
    $hook = 'no'
    if ("$function:prompt" -match '__awsenv_look') { $hook = 'yes' }
    $ran = ''
    if ($global:__awsenv_loud) { $ran = '1' }
    $lines = "shell=powershell $($PSVersionTable.PSVersion)", 'script=__AWSENV_VERSION__', "hook=$hook", "ran=$ran"
    return ($lines + "looked=$global:__awsenv_pwd") -join "`n"
}

# A simple function: an advanced one would take `-v`, `-d`, `-o` and `-p` for its own parameters.
function global:__AWSENV_CMD__ {
    $PSNativeCommandUseErrorActionPreference = $false
    if (-not (Test-Path -LiteralPath $global:__awsenv_exe)) {
        $global:__awsenv_exe = @(Get-Command awsenv -CommandType Application -ErrorAction Stop)[0].Source
    }
    $words = __awsenv_words $MyInvocation $args
    if (-not (__awsenv_switches $words)) {
        $isDoctor = @($words | Select-Object -First 3) -ccontains 'doctor'
        if ($isDoctor) { $env:AWSENV_SHELL_REPORT = __awsenv_about }
        try {
            if ($MyInvocation.ExpectingInput) { $input | & $global:__awsenv_exe @words } else { & $global:__awsenv_exe @words }
        } finally {
            if ($isDoctor) { Remove-Item -Path env:AWSENV_SHELL_REPORT -ErrorAction Ignore }
        }
        # It may have allowed the directory.
        $global:__awsenv_pwd = ''
        return
    }
    # Words that are literals are not globbed.
    $call = '& $global:__awsenv_exe --shell powershell'
    $piped = $MyInvocation.ExpectingInput
    if ($piped) { $call = '$input | ' + $call }
    foreach ($word in $words) {
        $call += " '" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($word) + "'"
    }
    $encoding = $null
    try {
        # Windows decodes with the code page of the console.
        if ($env:OS -eq 'Windows_NT') {
            $encoding = [Console]::OutputEncoding
            [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
        }
        if ($piped) { $code = $input | & ([scriptblock]::Create($call)) } else { $code = & ([scriptblock]::Create($call)) }
        $status = $global:LASTEXITCODE
    } finally {
        if ($null -ne $encoding) { [Console]::OutputEncoding = $encoding }
    }
    $global:__awsenv_pwd = ''
    # Nothing else stops `&&`, and half of the output of a killed process must not run.
    if ($status -ne 0) { throw "awsenv: not switched (exit code ${status})" }
    if ($code) { Invoke-Expression ($code -join "`n") }
}

# 3. The hook

# >>> prompt
# The text; the name of the colour that a guard gives the profile, and the parameters of its escape sequence.
$global:AWSENV_PROMPT = ''
$global:AWSENV_PROMPT_COLOR = ''
$global:AWSENV_PROMPT_SGR = ''

function global:__awsenv_tick {
    # Not `$global:__awsenv_name`: in strict mode a variable that is not there is an error.
    $name = Get-Variable -Scope Global -Name __awsenv_name -ValueOnly -ErrorAction Ignore
    if ($null -eq $name) { $name = $env:AWSENV_PROFILE }
    # A prompt is no place for the escape sequences in a name.
    $text = ([string]$name) -replace '\p{Cc}', ''
    $expiry = [string](Get-Variable -Scope Global -Name __awsenv_exp -ValueOnly -ErrorAction Ignore)
    if ($text -and $expiry -match '^[0-9]+$') {
        $left = [long]$expiry - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
        if ($left -le 0) {
            $ended = [string](Get-Variable -Scope Global -Name __awsenv_end -ValueOnly -ErrorAction Ignore)
            if (-not $ended) { $ended = 'expired' }
            $text += ' ' + $ended
        } elseif ($left -lt 60) {
            $text += ' <1m'
        } elseif ($left -lt 3600) {
            $text += ' {0}m' -f [Math]::Floor($left / 60)
        } elseif ($left -lt 172800) {
            $text += ' {0}h{1}m' -f [Math]::Floor($left / 3600), [Math]::Floor($left / 60 % 60)
        } else {
            $text += ' {0}d' -f [Math]::Floor($left / 86400)
        }
    }
    $global:AWSENV_PROMPT = $text
}
# <<< prompt

# Tells without a process whether nothing has changed since the binary was asked: not the variables, the directory, its
# file, nor the credentials' age.
function global:__awsenv_is_seen([string]$directory, [string]$off) {
    if ("${env:AWS_PROFILE}:${env:AWS_ACCESS_KEY_ID}" -cne $global:__awsenv_mark) { return $false }
    # Who has left by `awsenv unset` is left alone until `awsenv auto`.
    if ($off) { return $true }
    if ($directory -cne $global:__awsenv_pwd) { return $false }
    $here = [System.IO.Path]::Combine($directory, '.awsenv')
    if ($here -cne $global:__awsenv_file -and [System.IO.File]::Exists($here)) { return $false }
    if ($global:__awsenv_file) {
        # Of a file that is gone it is the year 1601.
        $changed = [System.IO.File]::GetLastWriteTimeUtc($global:__awsenv_file)
        if ($changed -ne [System.IO.File]::GetLastWriteTimeUtc($global:__awsenv_stamp)) { return $false }
    }
    if ([string]$global:__awsenv_due -notmatch '^[0-9]+$') { return $true }
    return [DateTimeOffset]::UtcNow.ToUnixTimeSeconds() -lt [long]$global:__awsenv_due
}

function global:__awsenv_look {
    $PSNativeCommandUseErrorActionPreference = $false
    $off = [string](Get-Variable -Scope Global -Name __awsenv_off -ValueOnly -ErrorAction Ignore)
    $location = Microsoft.PowerShell.Management\Get-Location
    if ($location.Provider.Name -ne 'FileSystem') { return }
    $directory = $location.ProviderPath
    if (__awsenv_is_seen $directory $off) { return }
    if (-not [System.IO.File]::Exists($global:__awsenv_exe)) { return }
    # Before the answer, so that one that does not come is not asked for at every prompt.
    $global:__awsenv_pwd = $directory
    $global:__awsenv_due = ''
    $global:__awsenv_file = ''
    $here = [System.IO.Path]::Combine($directory, '.awsenv')
    if ([System.IO.File]::Exists($here)) { $global:__awsenv_file = $here }
    $global:__awsenv_stamp = $global:__awsenv_file
    $global:__awsenv_mark = "${env:AWS_PROFILE}:${env:AWS_ACCESS_KEY_ID}"
    $status = Get-Variable -Scope Global -Name LASTEXITCODE -ValueOnly -ErrorAction Ignore
    $encoding = $null
    try {
        # Windows decodes with the code page of the console.
        if ($env:OS -eq 'Windows_NT') {
            $encoding = [Console]::OutputEncoding
            [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
        }
        $how = @()
        if (-not $global:__awsenv_loud) { $how += '--silent' }
        if ($off) { $how += '--off' }
        # In quotes and behind `=`, so that nothing is globbed and an empty word is not lost.
        $code = & $global:__awsenv_exe --shell powershell hook @how "--pwd=$directory" "--said=$global:__awsenv_said"
        if ($global:LASTEXITCODE -eq 0 -and $code) { Invoke-Expression ($code -join "`n") }
        $global:__awsenv_mark = "${env:AWS_PROFILE}:${env:AWS_ACCESS_KEY_ID}"
    } finally {
        if ($null -ne $encoding) { [Console]::OutputEncoding = $encoding }
        $global:LASTEXITCODE = $status
    }
}

# PowerShell 6.1 and later tell of a new directory inside a line. An error here would come out of the person's `cd`.
$__awsenv_commands = $ExecutionContext.SessionState.InvokeCommand
if ($__awsenv_commands.PSObject.Properties['LocationChangedAction'] -and -not (Test-Path variable:global:__awsenv_moved)) {
    $global:__awsenv_moved = [EventHandler[System.Management.Automation.LocationChangedEventArgs]] {
        try { __awsenv_look } catch { $null = $_ }
    }
    $__awsenv_commands.LocationChangedAction = [Delegate]::Combine($__awsenv_commands.LocationChangedAction, $global:__awsenv_moved)
}
Remove-Variable -Name __awsenv_commands

# Wrapped once; a second load finds the first wrapper.
if (-not (Test-Path variable:global:__awsenv_wrapped_prompt)) {
    $global:__awsenv_wrapped_prompt = $function:prompt
    function global:prompt {
        $ok = $global:?
        try { __awsenv_look } catch { $null = $_ }
        $global:__awsenv_loud = $true
        # >>> prompt
        try { __awsenv_tick } catch { $global:AWSENV_PROMPT = '' }
        # <<< prompt
        # Gives the old prompt the `$?` that the person left.
        if (-not $ok) { Write-Error '' -ErrorAction Ignore }
        & $global:__awsenv_wrapped_prompt
    }
}

# 4. Completions

# __AWSENV_COMPLETIONS__
