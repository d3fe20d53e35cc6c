# Runs awsenv in a real PowerShell: pwsh tests/shells/powershell.ps1 target/release/awsenv
#
# It needs no network and touches nothing outside a directory of its own. Each line that fails says what it saw; the last
# one is `N passed, N failed`.
param([Parameter(Mandatory = $true)][string]$Binary)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$script:passed = 0
$script:failed = 0
$exe = (Resolve-Path -LiteralPath $Binary).Path
$windows = $env:OS -eq 'Windows_NT'
$itself = (Get-Process -Id $PID).Path

function check([string]$what, $expected, $actual) {
    if ([string]$expected -ceq [string]$actual) {
        $script:passed++
    } else {
        $script:failed++
        Write-Host "FAILED: ${what}: expected [$expected], saw [$actual]"
    }
}

# What a child process has in a variable.
function child([string]$name) {
    $code = "[Console]::OutputEncoding = New-Object Text.UTF8Encoding `$false; [Console]::Out.Write([string]`$env:$name + '.')"
    $text = [string](& $itself -NoProfile -NonInteractive -Command $code)
    return $text.Substring(0, $text.Length - 1)
}

# What a command line prints in a shell that has just started, and how that shell ended.
function fresh([string]$code) {
    $PSNativeCommandUseErrorActionPreference = $false
    $ErrorActionPreference = 'Continue'
    $text = (& $itself -NoProfile -NonInteractive -Command $code 2>$null) -join '|'
    return "$text/$LASTEXITCODE"
}

function thrown([scriptblock]$block) {
    try { $null = & $block; return 'nothing' } catch { return $_.Exception.Message }
}

# A home of our own.
$place = Join-Path ([IO.Path]::GetTempPath()) "awsenv test's $PID"
$null = New-Item -ItemType Directory -Path $place -Force
foreach ($variable in @(Get-ChildItem -Path Env:AWS*, Env:__AWSENV*)) { Remove-Item -LiteralPath "Env:$($variable.Name)" }
$env:AWS_CONFIG_FILE = Join-Path $place 'config'
$env:AWS_SHARED_CREDENTIALS_FILE = Join-Path $place 'credentials'
$env:AWSENV_STATE_DIR = Join-Path $place 'state'
$env:AWSENV_CONFIG = Join-Path $place 'config.ini'
$env:AWSENV_NO_INPUT = '1'
$smart = 'x' + [char]0x2018 + 's' + [char]0x2019 + [char]0x201a + [char]0x201b + [char]0x201c + [char]0xe9
$secrets = @("it's", $smart, '$HOME`id`$(id)', "'''", "''", '\', "trail\", '%PATH%', '{a,b}', '@(1)', 'a;b', '(x)', 'dq"x', '*?[x]', '~', '^&|<>', '!hist!', '-n', '=ls', 'a  b', "x' 'y")
$utf8 = New-Object Text.UTF8Encoding $false
$config = "[profile plain]`nregion = eu-west-1`n"
$credentials = "[plain]`naws_access_key_id = AKIAPLAIN`naws_secret_access_key = plain-secret`n"
for ($number = 0; $number -lt $secrets.Count; $number++) {
    $config += "[profile p$number]`nregion = us-east-1`n"
    $credentials += "[p$number]`naws_access_key_id = AKIA$number`naws_secret_access_key = $($secrets[$number])`n"
}
[IO.File]::WriteAllText($env:AWS_CONFIG_FILE, $config, $utf8)
[IO.File]::WriteAllText($env:AWS_SHARED_CREDENTIALS_FILE, $credentials, $utf8)
[IO.File]::WriteAllText($env:AWSENV_CONFIG, '', $utf8)

try {
    # Code for Invoke-Expression, in each of the three ways in which people write it.
    for ($number = 0; $number -lt $secrets.Count; $number++) {
        $words = 'use', "p$number", '--mode', 'keys', '--shell', 'powershell'
        foreach ($delivery in 'parentheses', 'pipe', 'Out-String') {
            $env:AWS_SECRET_ACCESS_KEY = 'before'
            switch ($delivery) {
                'parentheses' { Invoke-Expression (& $exe @words 2>$null) }
                'pipe' { & $exe @words 2>$null | Invoke-Expression }
                'Out-String' { & $exe @words 2>$null | Out-String | Invoke-Expression }
            }
            check "secret $number by $delivery" $secrets[$number] $env:AWS_SECRET_ACCESS_KEY
        }
        check "secret $number in a child" $secrets[$number] (child 'AWS_SECRET_ACCESS_KEY')
    }
    Invoke-Expression (& $exe unset --shell powershell 2>$null)

    # A failed switch.
    $quoted = "'" + $exe.Replace("'", "''") + "'"
    $bad = "Invoke-Expression (& $quoted use nobody --shell powershell)"
    check 'a failed switch throws' 'awsenv: not switched (exit code 3)' (thrown { Invoke-Expression (& $exe use nobody --shell powershell 2>$null) })
    check 'its exit code' 3 $LASTEXITCODE
    check 'it ends a script' '/1' (fresh "`$ErrorActionPreference='Stop'; $bad; 'next'")
    check 'it can be caught' 'caught/0' (fresh "try { $bad } catch { 'caught' }")
    if ($PSVersionTable.PSVersion.Major -ge 7) { check 'it stops &&' '/1' (fresh "$bad && 'next'") }

    # The script, loaded twice.
    $before = $Error.Count
    $plainPrompt = $function:prompt
    for ($time = 0; $time -lt 2; $time++) {
        $said = Invoke-Expression (& $exe init powershell 2>&1 | Out-String)
        check "loading says nothing ($time)" '' $said
    }
    check 'loading is no error' $before $Error.Count
    check 'the prompt is wrapped once' ([string]$plainPrompt) ([string]$global:__awsenv_wrapped_prompt)

    # The function.
    $env:AWS_SECRET_ACCESS_KEY = 'my own'
    $env:AWS_ACCESS_KEY_ID = 'AKIAMINE'
    awsenv use plain --mode keys 2>$null
    check 'use: region' 'eu-west-1' $env:AWS_REGION
    check 'use: key' 'AKIAPLAIN' (child 'AWS_ACCESS_KEY_ID')
    check 'use: profile' 'plain' $env:AWSENV_PROFILE
    check 'the parked secret is in no child' '' (child '__awsenv_old_AWS_SECRET_ACCESS_KEY')
    $null = prompt
    check 'the text for prompts' 'plain' $global:AWSENV_PROMPT
    check 'the text is in no child' '' (child 'AWSENV_PROMPT')
    check 'a failing call throws' 'awsenv: not switched (exit code 3)' (thrown { awsenv use nobody 2>$null })
    check 'and changes nothing' 'plain' $env:AWSENV_PROFILE
    awsenv -q unset 2>$null
    check 'unset: the secret is back' 'my own' (child 'AWS_SECRET_ACCESS_KEY')
    check 'unset: the key is back' 'AKIAMINE' $env:AWS_ACCESS_KEY_ID
    check 'unset: the rest is gone' $false (Test-Path Env:AWSENV_PROFILE)
    check 'unset: nothing is parked' $false (Test-Path variable:global:__awsenv_old_AWS_SECRET_ACCESS_KEY)
    $null = prompt
    check 'unset: no text' '' $global:AWSENV_PROMPT
    check 'other commands print' $true ([string](awsenv list --format names)).Contains('plain')

    # What `exec` gives back.
    $leave = 'exit 5'
    awsenv exec plain -- $itself -NoProfile -NonInteractive -Command $leave
    check 'the exit code of a child' 5 $LASTEXITCODE
    check 'the environment of a child' 'AKIAPLAIN' (awsenv exec plain -- $itself -NoProfile -NonInteractive -Command '$env:AWS_ACCESS_KEY_ID')

    # Completion, as TAB does it: what is put in for a name arrives as the name.
    function candidates([string]$line) { return (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches }
    function only([string]$line) { return [string](@(candidates $line | ForEach-Object { $_.CompletionText }) -join ' ') }
    function first { return [string]$args[0] }
    $names = 'my profile', 'acct:Role', "it's", "x$([char]0x2019)y", "n$([char]0xe9)", 'glob*x', 'q?x', 'br[a-z]', 'z$HOME', '$(throw 1)', 'back\slash'
    $names += 'bang!x', 'a,b', 'k=v', '#hash', '@at', '012', '(paren)', 'semi;colon', 'tick`n', 'dq"x', '{a,b}', '~tilde', '<angle>', 'pipe|amp&', 'a/b'
    $config = $env:AWS_CONFIG_FILE
    $env:AWS_CONFIG_FILE = Join-Path $place 'names'
    # The quoting of a header is that of a POSIX shell.
    $sections = @(foreach ($name in $names) { "[profile '" + $name.Replace("'", "'`"'`"'") + "']`nregion = eu-west-1`n" })
    [IO.File]::WriteAllText($env:AWS_CONFIG_FILE, $sections -join '', $utf8)
    sh -c 'exit 7' 2>$null
    $code = $global:LASTEXITCODE
    foreach ($name in $names) {
        $beginning = ''
        if ($name -match '^[a-zA-Z0-9]+') { $beginning = $Matches[0] }
        foreach ($quote in '', "'", '"') {
            $found = @(candidates "awsenv use $quote$beginning" | Where-Object { $_.ListItemText -ceq $name })
            check "candidates for $quote$name" 1 $found.Count
            if ($found.Count -eq 1) {
                check "$quote$name arrives" $name (& ([scriptblock]::Create("first $($found[0].CompletionText)")))
                check "what $quote$name leads to" 'eu-west-1' $found[0].ToolTip
            }
        }
    }
    $env:AWS_CONFIG_FILE = $config
    check 'completion leaves the last exit code alone' $code $global:LASTEXITCODE
    check 'completion leaves the environment alone' $false ((Test-Path Env:COMPLETE) -or (Test-Path Env:AWSENV_COMPLETE_WORDS))
    check 'a subcommand' 'status' (only 'awsenv sta')
    check 'an option' '--region' (only 'awsenv use --reg')
    check 'the value of a short option' 'eu-north-1' (only 'awsenv use -r eu-n')
    check 'the value of an option with =' '--region=eu-north-1' (only 'awsenv use --region=eu-n')
    check 'in another letter case' 'plain' (only 'awsenv use PLA')
    check 'in another call of the line' 'plain' (only '$null; awsenv use pla')
    check 'the child of exec' $true ((only 'awsenv exec plain -- Get-ChildI') -match 'Get-ChildItem')
    check 'the words of the child' $true ((only 'awsenv exec plain -- Get-ChildItem -Rec') -match '-Recurse')
    $trap = Join-Path $place 'evaluated'
    $null = candidates "awsenv use `$(New-Item -Path '$($trap.Replace("'", "''"))') -r eu-n"
    $null = candidates "awsenv use `"`$(New-Item -Path '$($trap.Replace("'", "''"))')`" -r eu-n"
    check 'nothing that was typed is run' $false (Test-Path -LiteralPath $trap)

    # A directory: its profile on the same line, and back; the last exit code and the errors stay as they were.
    $project = Join-Path $place "it's `$(a) project"
    $null = New-Item -ItemType Directory -Path $project
    [IO.File]::WriteAllText((Join-Path $project '.awsenv'), "profile = plain`n", $utf8)
    & $exe allow --yes $project 2>$null
    $null = prompt
    $start = Get-Location
    $code = $global:LASTEXITCODE
    $before = $Error.Count
    $here = $env:AWSENV_PROFILE
    Set-Location -LiteralPath $project; $inside = $env:AWSENV_PROFILE
    check 'not in a profile before' '' $here
    check 'a directory counts inside a line' 'plain' $inside
    $null = prompt
    check 'the text in a directory' 'plain' $global:AWSENV_PROMPT
    Set-Location -LiteralPath $start; $outside = $env:AWSENV_PROFILE
    check 'leaving counts inside a line' '' $outside
    $null = prompt
    check 'no text outside' '' $global:AWSENV_PROMPT
    check 'the hook leaves the last exit code alone' $code $global:LASTEXITCODE
    check 'the hook is no error' $before $Error.Count

    # The words of a call, as another program sees them.
    if (-not $windows) {
        $recorder = Join-Path $place 'recorder'
        [IO.File]::WriteAllText($recorder, "#!/bin/sh`nfor word do printf '<%s>' `"`$word`"; done; [ -t 0 ] || cat`n", $utf8)
        chmod +x $recorder
        $global:__awsenv_exe = $recorder
        check 'a bare --' '<exec><--><ls>' (awsenv exec -- ls)
        check 'a -- after the profile' '<exec><prod><--><kubectl><-o><yaml>' (awsenv exec prod -- kubectl -o yaml)
        check 'a second --' '<exec><--><sh><--><x>' (awsenv exec -- sh -- x)
        check 'a quoted --' '<exec><--><x>' (awsenv exec '--' x)
        check 'no --' '<status>' (awsenv status)
        check 'over several lines' '<exec><prod><--><ls><-l>' (awsenv exec prod `
                -- ls -l)
        check 'two calls in one line' '<status>|<exec><--><ls>' ((@(awsenv status; awsenv exec -- ls)) -join '|')
        check 'numbers keep their text' '<status><012345><012345678901><1.50>' (awsenv status 012345 012345678901 1.50)
        check 'options of every PowerShell command' '<status><-v><-d><1h><-o><x><-p><y>' (awsenv status -v -d 1h -o x -p y)
        check 'piped input' '<status>piped' ((('piped' | awsenv status) -join '') -replace "`n", '')

        # A switch is told its words without globbing, and what it prints is run.
        [IO.File]::WriteAllText($recorder, "#!/bin/sh`nprintf '<%s>' `"`$@`" >'$($place.Replace("'", "'\''"))/words'`necho '`$global:seen=1'`n", $utf8)
        $global:seen = 0
        awsenv use 'a*' "it's" '$(x)' '' "new`nline" '~'
        check 'words of a switch' "<--shell><powershell><use><a*><it's><`$(x)><><new`nline><~>" ([IO.File]::ReadAllText((Join-Path $place 'words')))
        check 'its code is run' 1 $global:seen
        foreach ($word in 'use', 'unset', 'off', 'clear', 'auto', 'refresh') {
            $global:seen = 0
            awsenv --color never $word
            check "$word is a switch" 1 $global:seen
        }
        check 'asking for help is none' "`$global:seen=1" (awsenv use --help)
        $global:PSNativeCommandUseErrorActionPreference = $true
        [IO.File]::WriteAllText($recorder, "#!/bin/sh`nexit 4`n", $utf8)
        check 'one error for a failure' 'awsenv: not switched (exit code 4)' (thrown { awsenv use x })
        check 'none for other commands' 'nothing' (thrown { awsenv status })
        $global:PSNativeCommandUseErrorActionPreference = $false

        # The prompt asks the binary when something has changed, and then no more.
        $calls = Join-Path $place 'calls'
        [IO.File]::WriteAllText($recorder, "#!/bin/sh`necho x >>'$($calls.Replace("'", "'\''"))'`necho '`$null=0'`n", $utf8)
        $global:__awsenv_pwd = ''
        foreach ($time in 1..5) { $null = prompt }
        check 'an unchanged prompt starts no process' 1 @([IO.File]::ReadAllLines($calls)).Count
        $profileBefore = $env:AWS_PROFILE
        $env:AWS_PROFILE = 'by-hand'
        foreach ($time in 1..5) { $null = prompt }
        check 'a profile set by hand is noticed once' 2 @([IO.File]::ReadAllLines($calls)).Count
        $env:AWS_PROFILE = $profileBefore

        # The prompt starts nothing and gives back what it found.
        $global:__awsenv_wrapped_prompt = { "$($global:?) $($global:LASTEXITCODE)" }
        sh -c 'exit 5'
        $before = $Error.Count
        $shown = prompt
        check 'the last exit code at the prompt' 5 ($shown -split ' ')[1]
        check 'the prompt is no error' $before $Error.Count
    }

    # The text for prompts.
    $now = [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    $global:__awsenv_name = 'prod'
    foreach ($case in @(@('', 'prod'), @("$($now + 5130)", 'prod 1h25m'), @("$($now + 2550)", 'prod 42m'), @("$($now + 30)", 'prod <1m'), @("$($now + 300000)", 'prod 3d'), @('1', 'prod expired'))) {
        $global:__awsenv_exp = $case[0]
        __awsenv_tick
        check "the text for $($case[1])" $case[1] $global:AWSENV_PROMPT
    }
    $global:__awsenv_end = 'login needed'
    __awsenv_tick
    check 'the text when a person is needed' 'prod login needed' $global:AWSENV_PROMPT
} finally {
    Remove-Item -LiteralPath $place -Recurse -Force -ErrorAction Ignore
}

Write-Host "$script:passed passed, $script:failed failed"
if ($script:failed -gt 0) { exit 1 }
