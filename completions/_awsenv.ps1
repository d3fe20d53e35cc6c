# Completions of awsenv for PowerShell 7 and Windows PowerShell 5.1. What was typed is read from the syntax tree and never
# run.
Register-ArgumentCompleter -Native -CommandName 'awsenv' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $PSNativeCommandUseErrorActionPreference = $false
    $code = Get-Variable -Scope Global -Name LASTEXITCODE -ValueOnly -ErrorAction Ignore
    try {
        # The text of a word up to the cursor, without its quotes.
        $valueOf = {
            param($element)
            $isText = $element -is [System.Management.Automation.Language.StringConstantExpressionAst] -or
                $element -is [System.Management.Automation.Language.ExpandableStringExpressionAst]
            if ($isText -and $element.Extent.EndOffset -le $cursorPosition) { return $element.Value }
            $length = [Math]::Min($element.Extent.Text.Length, $cursorPosition - $element.Extent.StartOffset)
            $text = $element.Extent.Text.Substring(0, $length)
            if ($text -match '^[''"]') {
                $quote = [string]$text[0]
                $text = $text.Substring(1)
                if ($text.EndsWith($quote)) { $text = $text.Substring(0, $text.Length - 1) }
                $text = $text.Replace($quote + $quote, $quote)
            }
            return $text
        }
        $elements = @($commandAst.CommandElements)
        $words = @()
        $current = ''
        foreach ($element in $elements) {
            if ($element.Extent.StartOffset -ge $cursorPosition) { break }
            if ($element.Extent.EndOffset -ge $cursorPosition) {
                $current = & $valueOf $element
                break
            }
            $words += & $valueOf $element
        }
        $words += $current

        # A function has the same name.
        $exe = 'awsenv'
        if ($exe -notmatch '[\\/]') { $exe = @(Get-Command -Name $exe -CommandType Application -ErrorAction Stop)[0].Source }
        $before = $env:COMPLETE
        try {
            $env:COMPLETE = 'powershell'
            # As an argument a word would be globbed.
            $env:AWSENV_COMPLETE_WORDS = $words -join [char]31
            $answer = (& $exe -- . 2>$null) -join '' | ConvertFrom-Json
        } finally {
            $env:COMPLETE = $before
            $env:AWSENV_COMPLETE_WORDS = $null
        }

        if ($null -ne $answer.child) {
            # The command behind `exec ... --` is completed as if it stood alone.
            if ($answer.child -lt $elements.Count) {
                $start = $elements[$answer.child].Extent.StartOffset
                $text = $commandAst.Extent.Text.Substring($start - $commandAst.Extent.StartOffset)
                # A blank at the end is not in the tree.
                $text = $text.PadRight($cursorPosition - $start)
                [System.Management.Automation.CommandCompletion]::CompleteInput($text, $cursorPosition - $start, $null).CompletionMatches
            }
        } else {
            foreach ($value in $answer.values) {
                [System.Management.Automation.CompletionResult]::new($value.text, $value.name, 'ParameterValue', $value.help)
            }
        }
    } catch {
        # Nobody wants an error in the line that they are typing.
        $null = $_
    } finally {
        $global:LASTEXITCODE = $code
    }
}
