@rem awsenv for cmd.exe, which has no functions: a macro calls this file. It has not been tried on Windows yet.
@rem Once:             awsenv init cmd > "%USERPROFILE%\awsenv-macro.cmd"
@rem In each session:  doskey __AWSENV_CMD__=call "%USERPROFILE%\awsenv-macro.cmd" $*
@echo off

@rem 1. Variables

setlocal EnableExtensions DisableDelayedExpansion
set "__awsenv_exe='__AWSENV_EXE__'"
if not exist "%__awsenv_exe%" set "__awsenv_exe=awsenv.exe"
set "__awsenv_verb="
set "__awsenv_value="

@rem 2. The function

@rem Tells whether the first word that is no option is a command whose output changes this shell. Whoever asks for help, or
@rem names a shell, wants to see the output instead. cmd.exe itself parts words at `=`.
:word
if "%~1"=="" goto decided
if defined __awsenv_value set "__awsenv_value=" & goto next
if "%~1"=="--" goto decided
for %%O in (-h --help -V --version --shell) do if "%~1"=="%%O" goto through
for %%O in (--format --message-format --color) do if "%~1"=="%%O" set "__awsenv_value=1" & goto next
set "__awsenv_word=%~1"
if "%__awsenv_word:~0,1%"=="-" goto next
if not defined __awsenv_verb set "__awsenv_verb=%~1"
:next
shift
goto word

:decided
for %%V in (use unset off clear auto refresh) do if "%__awsenv_verb%"=="%%V" goto switch

:through
"%__awsenv_exe%" %*
exit /b %errorlevel%

@rem The code has to be a file. It is in the person's own directory, and gone as soon as it has run.
:switch
set "__awsenv_code=%TEMP%\awsenv-%RANDOM%%RANDOM%%RANDOM%.cmd"
"%__awsenv_exe%" --shell cmd %* > "%__awsenv_code%"
set "__awsenv_rc=%errorlevel%"
@rem Half of the output of a killed process must not run.
if not "%__awsenv_rc%"=="0" del /q "%__awsenv_code%" & exit /b %__awsenv_rc%
@rem Each name is filled in before the line runs, so what is set behind `endlocal` stays.
endlocal & call "%__awsenv_code%" & del /q "%__awsenv_code%" & exit /b 0

@rem 3. The hook

@rem There is none: cmd.exe has none.

@rem 4. Completions

# __AWSENV_COMPLETIONS__
