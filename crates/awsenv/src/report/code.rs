//! The stable names of what can go wrong.

macro_rules! codes {
    ($($variant:ident $name:literal $exit:literal $summary:literal $long:literal)*) => {
        /// The cause of an error or warning. Names never change; [`Code::exit_code`] says what a script should do.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub(crate) enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code.
            pub(crate) const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The name.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// One line.
            pub(crate) const fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)* }
            }

            /// The text of `awsenv explain-error`.
            pub(crate) const fn explanation(self) -> &'static str {
                match self { $(Code::$variant => $long,)* }
            }

            pub(super) const fn own_exit(self) -> u8 {
                match self { $(Code::$variant => $exit,)* }
            }
        }
    };
}

codes! {
    Internal "internal" 1 "awsenv itself is at fault"
        "Something happened that awsenv holds to be impossible. Nothing of your configuration can cause it or mend it: please report it, with the command and the output of the same command with -vv (secrets are masked there)."
    Io "io" 1 "the system refused to read or write"
        "A file or pipe that awsenv needs could not be read or written: a full disk, a folder without permission, a path that is no file. The message names it."

    SettingNotSet "setting-not-set" 1 "`configure get`: the file does not have this setting"
        "The setting is in neither file, in this profile, sso-session or services section. What a command would use without it (a variable, a default) is another question: `awsenv explain` answers it. The exit code is that of `aws configure get`."

    Usage "usage" 2 "the command line is not understood"
        "An option or argument is missing, unknown or malformed. `awsenv COMMAND --help` shows what the command takes, with examples."
    UnknownShell "unknown-shell" 2 "there is no code for this shell"
        "awsenv prints code for bash, zsh, fish, powershell, posix (sh, dash, ksh, busybox) and json. When --shell is not given, the parent process and then $SHELL are looked at; if neither is a shell that awsenv knows, name one with --shell."
    StdoutIsTerminal "stdout-is-a-terminal" 2 "the code would end on the screen, not in the shell"
        "`awsenv use`, `unset` and `refresh` print code, some of it secret, which the shell has to evaluate. A program cannot change the environment of the shell that starts it. Put `eval \"$(awsenv init bash)\"` (or zsh, fish, powershell) into your rc file once, after which `awsenv use prod` does what it says; or evaluate by hand: eval \"$(awsenv use prod)\"."

    UnknownProfile "unknown-profile" 3 "no file has a profile of this name"
        "Neither ~/.aws/config nor ~/.aws/credentials (or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name) has this profile. awsenv never falls back to `default`. `awsenv list` shows the names that exist. In the config file a profile's header is `[profile NAME]`, only `[default]` stands alone; in the credentials file it is `[NAME]`."
    UnknownRegion "unknown-region" 3 "there is no region of this name"
        "The name is not in awsenv's list of regions and is not made of the words that AWS makes regions of (eu-west-9 would pass as perhaps new, eu-wset-1 does not). It came from --region, AWS_REGION, AWS_DEFAULT_REGION or the profile; the message says from which."
    ConfigSyntax "config-syntax" 3 "a line of a section in use is not understood"
        "The AWS SDKs refuse a whole file for one line like this; awsenv refuses only the section in which it stands. Every line is a header `[…]`, a setting `name = value`, a comment beginning with # or ; in the first column, or an indented continuation of the setting above it."
    ConfigUnreadable "config-unreadable" 3 "one of the two files cannot be read"
        "~/.aws/config or ~/.aws/credentials is there but is a directory or no file at all (a pipe, a device), has more than 64 MB, is not UTF-8 (UTF-16 from PowerShell or Notepad, a binary file), or may not be read by you. Look at its permissions (`ls -l`), at AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, or convert it to UTF-8 (`iconv`)."
    VariableFileMissing "variable-file-missing" 3 "a variable names a file that is not there"
        "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CA_BUNDLE or AWS_WEB_IDENTITY_TOKEN_FILE names a file that does not exist. Without the CA bundle no connection can be made (an error); without one of the two files its profiles are missing (a warning)."
    SettingsInvalid "settings-invalid" 3 "awsenv's settings file is wrong"
        "awsenv's own settings file (AWSENV_CONFIG, else ~/.config/awsenv/config.ini) has a section, key or value that does not exist. The message names the line."
    DirectoryFileInvalid "directory-file-invalid" 3 "a directory's .awsenv is wrong"
        "A `.awsenv` holds `profile = NAME` and may hold `region = …` and `mode = auto`, `profile` or `keys`, and comments; anything else is an error, so that nobody takes it for obeyed. The message names the line."
    DirectoryFileUnsafe "directory-file-unsafe" 3 "others may write a directory's .awsenv"
        "A `.awsenv` decides in which account a shell is, so it must belong to you (or root) and be writable by nobody else: `chmod go-w .awsenv`. Where you cannot change that, map the directory under [directories] in the settings file."
    DirectoryFileMissing "directory-file-missing" 3 "there is no .awsenv"
        "`awsenv allow` and `awsenv deny` without a directory look from here upwards, with one only there. A `.awsenv` is a file with a line `profile = NAME`."
    SourceProfileNotFound "source-profile-not-found" 3 "`source_profile` names nothing"
        "A role profile takes its first credentials from the profile that `source_profile` names, and there is none of that name."
    SourceProfileCycle "source-profile-cycle" 3 "source profiles lead back to where they began"
        "Following `source_profile` from profile to profile leads back to one already visited, so no credentials can ever be found. One of them needs credentials of its own, or a `credential_source`. (A profile may name itself when it has access keys of its own.)"
    SourceProfileWithoutCredentials "source-profile-without-credentials" 3 "a source profile has no credentials"
        "The profile that `source_profile` names exists, but has neither keys, nor SSO settings, nor a process, nor a role of its own."
    RoleWithoutSource "role-without-source" 3 "a role and nothing to assume it with"
        "A profile with `role_arn` needs one of: `source_profile` (another profile's credentials), `credential_source` (Environment, Ec2InstanceMetadata, EcsContainer), or `web_identity_token_file`. Keys in the same profile count only when `source_profile` names the profile itself."
    TwoSources "two-sources" 3 "both `source_profile` and `credential_source`"
        "A role's first credentials come from one place. Remove one of the two settings."
    UnknownCredentialSource "unknown-credential-source" 3 "`credential_source` has three values"
        "They are Environment, Ec2InstanceMetadata and EcsContainer, spelt exactly so."
    EnvironmentCredentialsMissing "environment-credentials-missing" 3 "the environment has no credentials"
        "`credential_source = Environment` takes AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN) from the environment, where they are not set. If awsenv has put them aside because this shell is in another profile, `awsenv unset` puts them back."
    ContainerVariablesMissing "container-variables-missing" 3 "this is no container with a role"
        "`credential_source = EcsContainer` needs AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI, which ECS, EKS and CodeBuild set."
    PartialCredentials "partial-credentials" 3 "half of a key pair"
        "An access key id and its secret access key belong together and must stand in the same file (or both in the environment): the AWS CLI never puts one together from two files."
    SsoIncomplete "sso-incomplete" 3 "an SSO profile lacks settings"
        "A profile for IAM Identity Center needs sso_account_id and sso_role_name, and sso_start_url and sso_region, the latter two best in an `[sso-session NAME]` that the profile names with `sso_session = NAME`."
    SsoSessionNotFound "sso-session-not-found" 3 "there is no such sso-session"
        "`sso_session = NAME` needs a section `[sso-session NAME]` in ~/.aws/config, with sso_start_url and sso_region. In the credentials file it does not count."
    SsoValueInconsistent "sso-value-inconsistent" 3 "profile and sso-session contradict each other"
        "A setting stands in the profile and, with another value, in its sso-session. Remove it from the profile."
    ByteOrderMark "byte-order-mark" 3 "a file begins with a byte order mark"
        "Some editors on Windows put three bytes (EF BB BF) before the first letter of a UTF-8 file. The AWS CLI and the SDKs take them for text before the first section and refuse the file; awsenv passes over them. Save the file as UTF-8 without BOM; `awsenv doctor --fix` does it."
    CliRefusesFile "cli-refuses-file" 3 "the AWS CLI refuses a whole file for one line"
        "The AWS CLI reads the files with Python's configparser, which stops at a line that it does not understand: every `aws` command then ends with `Unable to parse config file`, whatever profile it is for. The SDKs and awsenv read on."
    DuplicateSection "duplicate-section" 3 "a section is there twice"
        "The AWS CLI refuses a file in which two headers are the same, letter for letter: every `aws` command ends with `Unable to parse config file`. The SDKs and awsenv put both together, and the later value of a key counts. `awsenv doctor --fix` removes the later one when it adds nothing."
    DuplicateKey "duplicate-key" 3 "a key is there twice in one section"
        "The AWS CLI refuses a file in which a section has a key twice, in whatever case: every `aws` command ends with `Unable to parse config file`. For the SDKs and awsenv the later one counts. `awsenv doctor --fix` removes the later one when both say the same."
    ServicesNotFound "services-not-found" 3 "`services` names nothing"
        "`services = NAME` needs a section `[services NAME]` in the config file; without it the AWS CLI refuses every command of the profile."
    PartitionDiffers "partition-differs" 3 "a role and the region are in different partitions"
        "AWS's partitions (aws, aws-cn, aws-us-gov, aws-eusc, …) know nothing of each other: the STS of a region has only the roles of its own. The role's ARN begins with its partition's name."
    SessionTokenMissing "session-token-missing" 3 "temporary keys without their session token"
        "An access key id that begins with ASIA belongs to temporary credentials, which are good only with their `aws_session_token`. Temporary credentials end after hours: rather than copying them to a file, let a profile fetch them."
    SessionTokenUnwanted "session-token-unwanted" 3 "a session token beside long-term keys"
        "An access key id that begins with AKIA is a long-term one and has no session token; AWS refuses the two together. The token is mostly left over from temporary credentials that were in the same profile before."
    KeysSwapped "keys-swapped" 3 "an access key's two halves have changed places"
        "What stands in `aws_secret_access_key` looks like an access key id. The id has twenty capital letters and digits (AKIA…), the secret forty letters, digits, / and +."
    WebIdentityWithoutRole "web-identity-without-role" 3 "a web identity token and no role"
        "`web_identity_token_file` (or AWS_WEB_IDENTITY_TOKEN_FILE) needs `role_arn` (or AWS_ROLE_ARN) beside it."
    InvalidValue "invalid-value" 3 "a setting's value cannot be right"
        "The message names the setting, where it stands and what is wrong with it."
    CsvInvalid "csv-invalid" 3 "a CSV file of access keys cannot be used"
        "`awsenv configure import` reads the files that the console gives when an access key is made: a first row with the columns `Access key ID`, `Secret access key` and mostly `User name`, then one row a user. The message names the line. Nothing was written: all rows are checked before."
    SyncMarkers "sync-markers" 3 "what belongs to `awsenv sso sync` is not clear"
        "`awsenv sso sync` writes its profiles between two comments, `# >>> awsenv sso sync SESSION >>>` and `# <<< awsenv sso sync SESSION <<<`. One of them was changed or removed, or a line stands where it would belong to another section than the eye thinks. The message names the line; the file was left as it is. Without both markers the profiles are yours, and a sync respects them."
    InvalidTokenFile "invalid-token-file" 3 "a token file cannot be used"
        "The file that web_identity_token_file, AWS_WEB_IDENTITY_TOKEN_FILE or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read, is empty, or holds what no HTTP header may: a newline at the end of a container's token is an error for the AWS CLI and the SDKs as well (write it with printf, not echo)."
    NoCredentials "no-credentials" 3 "nothing says where credentials come from"
        "Neither the environment nor the profile has credentials, and neither a container's endpoint nor an EC2 instance's metadata service answers here. A profile needs keys, SSO settings, a role, a process or a login session; `awsenv explain PROFILE` shows what was looked at."
    NothingToSignIn "nothing-to-sign-in" 3 "there is nothing to sign in to"
        "The profile gets its credentials without a sign-in: it has neither an sso_session (or sso_start_url) nor a login_session, nor has the profile that its role begins with. `awsenv sessions` shows what there is, `awsenv login --sso-session NAME` signs in to one."
    NoActiveProfile "no-active-profile" 3 "this shell is in no profile"
        "The command needs a profile, and this shell is in none: name one, or `awsenv use PROFILE` first."
    ProcessFailed "process-failed" 3 "a credential_process failed"
        "The program ended with an error, could not be started or took too long. What it wrote to stderr is shown. It is run without a shell, as the AWS CLI runs it: ~, $VARIABLES and pipes in the command mean nothing."
    ProcessNotFound "process-not-found" 3 "the program of a credential_process does not exist"
        "The first word of `credential_process` is neither a path to a program nor the name of one on PATH. `~` is not expanded there: write the whole path."
    ProcessOutputInvalid "process-output-invalid" 3 "a credential_process answered something else"
        "It must print one JSON object on stdout: {\"Version\": 1, \"AccessKeyId\": \"…\", \"SecretAccessKey\": \"…\"}, and may add SessionToken, Expiration (ISO 8601) and AccountId."
    ProcessRecursion "process-recursion" 3 "a credential_process calls itself"
        "The credential_process of a profile asks awsenv for the same profile again, which would never end. Let it name another profile: the one with the real credentials."

    OtherCredentials "other-credentials" 3 "the profile has credentials of another kind"
        "Console credentials (`login_session`) cannot be added to a profile that has an access key, a role, SSO settings, a web identity token or a credential_process: the AWS CLI would not use them there, and refuses it as well. Choose another name: `awsenv login NAME` makes the profile. And `awsenv configure mfa-login` turns a user's long-term keys into a session's: it takes no other credentials, and writes them into no profile that has long-term keys, which would be lost."
    MfaProcessFailed "mfa-process-failed" 3 "the program that gives MFA codes failed"
        "`mfa_process` in the profile, or `process` under [mfa] in the settings file, names a command that prints an MFA code: the first word of six to eight digits on its stdout counts. It is run without a shell, as a credential_process is: ~, $VARIABLES and pipes mean nothing there. It ended with an error, took too long, does not exist, or printed no code."
    NoMfaDevice "no-mfa-device" 3 "the user has no MFA device"
        "--find-mfa asks AWS (iam:ListMFADevices) for the MFA devices of the user whose keys the profile has, and there are none. Leave the option out, or add a device to the user."

    MfaCodeRequired "mfa-code-required" 4 "an MFA code is needed, and nobody can be asked"
        "The role or session needs the code of an MFA device, and there is no terminal, or --no-input forbids to ask. Run `awsenv use PROFILE` once in a terminal: the session is then shared by every tool until it ends. Or give the code with --mfa-token."
    SsoSignInRequired "sso-sign-in-required" 4 "an Identity Center sign-in is needed"
        "The cached token of this sso-session is missing, has ended and cannot be refreshed, or was refused, and nobody can be asked to sign in: there is no terminal, or --no-input or --no-login forbids it. Sign in with `awsenv login --sso-session NAME` (or `awsenv login PROFILE`): awsenv, the AWS CLI and the SDKs share the cache, so every tool is signed in."
    LoginRequired "login-required" 4 "an `aws login` sign-in is needed"
        "The cached console session of this profile's login_session is missing or has ended (after twelve hours at most, or with a change of the password), and nobody can be asked to sign in: there is no terminal, or --no-input or --no-login forbids it. Sign in with `awsenv login NAME`: awsenv, the AWS CLI and the SDKs share the cache, so every tool is signed in."
    NotAllowed "not-allowed" 4 "a directory's .awsenv waits to be allowed"
        "A `.awsenv` chooses the account that the next command works in, and it may come with a repository that somebody else wrote. So it is obeyed only after `awsenv allow` has shown it to you, and only as long as its content stays the same; `awsenv allow` then shows what has changed. `awsenv deny` passes it over for good."
    ConfirmationRequired "confirmation-required" 4 "a yes is needed, and nobody can be asked"
        "The command asks before it goes on, and there is no terminal, or --no-input forbids to ask: a guard in the settings file (`[guard \"PATTERN\"]` with `confirm`) wants it for this profile, or `awsenv allow` for a directory. Look at what it shows, then run it with --yes. `awsenv credential-process` asks only with --interactive; the hook of a directory never does: `awsenv auto` asks instead."
    Declined "confirmation-declined" 4 "a question was answered with no"
        "awsenv asked whether to go on (a guard with `confirm`, `awsenv allow`, a new profile, another identity than the one before), and the answer was not yes. Nothing was changed. It ends as a question does that nobody is there to answer; ctrl-c at a question is `cancelled`, 130."
    AnswerRequired "answer-required" 4 "an answer is needed, and nobody can be asked"
        "The command asks its questions on a terminal, and there is none, or --no-input forbids it; or some answers were given as options and one that cannot be done without was not. Every answer is also an option: `awsenv configure --help`. A secret is never one: it is read from stdin with `-`."
    NothingToPick "nothing-to-pick" 4 "a profile must be named"
        "Without a name `awsenv use` lets one pick from a list, which needs a terminal."

    SignInFailed "sign-in-failed" 5 "a sign-in was refused"
        "AWS did not grant the sign-in: it was denied in the browser, or Identity Center does not know the start URL in this region. AWS's own words are in the message. Nothing was changed: try again, and look at sso_start_url and sso_region when it is always so."
    WrongAccount "wrong-account" 5 "the credentials are of another account"
        "A guard in the settings file (`[guard \"PATTERN\"]` with `account = …`) says which account the profile must be of, and it is of another, by its role, its sign-in or AWS's own answer (GetCallerIdentity). Nothing was handed out. Look at the profile with `awsenv explain PROFILE`; if it is right, correct the guard."
    AccessDenied "access-denied" 5 "AWS said no"
        "The credentials are good, but they may not do this: for a role, its trust policy does not name them (or asks for an external id, MFA or a source that is missing), or their own policy lacks sts:AssumeRole. AWS does not say which."
    NotAssigned "not-assigned" 5 "Identity Center does not list this account or role"
        "The person who is signed in has no such account, or not this role in it. Permission sets are assigned by an administrator of Identity Center; a new assignment takes a moment. `awsenv sso sync --dry-run` shows all that there is."
    PruneRefused "prune-refused" 5 "`sso sync --prune` does not know what is gone"
        "Profiles are removed only when Identity Center has listed everything: not when it lists no account at all, when the roles of an account could not be had, or when the patterns leave nothing. Nothing was written. Run it again, or without --prune, which adds and keeps."
    MfaCodeRejected "mfa-code-rejected" 5 "AWS refused the MFA code"
        "The code was wrong, too old, or already used: each code works once. Wait for the next one (30 seconds at most). If it is always refused, look at mfa_serial and at your device's clock."
    CredentialsRejected "credentials-rejected" 5 "AWS does not know these credentials"
        "The access key does not exist (any more), is inactive, or its secret or token is wrong."
    CredentialsExpired "credentials-expired" 5 "the credentials have ended"
        "Temporary credentials have ended before they were used. Fetch new ones: `awsenv refresh`, or renew what put them there."
    RequestInvalid "request-invalid" 5 "AWS refused the request's values"
        "Most often `duration_seconds` or --duration is above the role's own maximum (in the console: the role's \"Maximum session duration\"), or a name has characters that AWS does not take. AWS's own words are in the message."

    Network "network" 6 "AWS could not be reached"
        "No route, no name, a refused or broken connection, or a certificate that is not trusted. Look at the network, at HTTPS_PROXY and NO_PROXY, at AWS_ENDPOINT_URL, and behind a company proxy at AWS_CA_BUNDLE or `ca_bundle`. Nothing was changed: try again."
    Timeout "timeout" 6 "AWS did not answer in time"
        "The connection or the answer took too long. Nothing was changed: try again."
    SignInTimeout "sign-in-timeout" 6 "nobody has signed in in time"
        "A page to sign in is good for some minutes only. Start again; where the browser cannot come back to this machine (it is another one), use `awsenv login --use-device-code`."
    Throttled "throttled" 6 "AWS asks for fewer requests"
        "Too many requests in a short time, by you or by others in the account, even after waiting and trying again. Try again later."
    ServiceUnavailable "service-unavailable" 6 "AWS failed"
        "The service answered with an error of its own (HTTP 5xx), or not in its own form. Nothing was changed: try again."
    ClockSkew "clock-skew" 6 "this machine's clock is wrong"
        "AWS refuses requests whose time is more than some minutes off. Set the clock (`timedatectl set-ntp true`; WSL: `sudo hwclock -s`) and try again."
    Busy "busy" 6 "another awsenv is at the same work"
        "Another process holds the lock of this cache entry for longer than awsenv waits; perhaps it is asking somebody a question in another terminal. Answer it there, or end it."

    CommandNotExecutable "command-not-executable" 126 "the command cannot be run"
        "There is a file of this name, but it may not be executed."
    CommandNotFound "command-not-found" 127 "there is no such command"
        "No program of this name is on PATH, or at the path given."
    Cancelled "cancelled" 130 "ended at a question, by ctrl-c"
        "Nothing was changed."

    FetchNeeded "fetch-needed" 0 "a directory's credentials must be fetched first (warning)"
        "The directory's profile gives its credentials as keys (MFA, `aws login`, or `mode = keys`), and none are cached; or a guard wants to know the account, which AWS has not been asked for yet. The hook never asks and never calls AWS: run `awsenv use PROFILE`, or `awsenv auto` to stay with the directory."
    ExpiresSoon "expires-soon" 0 "what this shell is in ends soon (warning)"
        "The credentials or the sign-in of this shell's profile end in some minutes and are not renewed by themselves: a person has to sign in or to give a code, or there is no cache from which a renewal could be taken. `awsenv refresh` renews them. `warn` under [expiry] in the settings file says how long before; keys that can be renewed without a person are, at a prompt, in the background."
    DurationCapped "duration-capped" 0 "credentials last shorter than asked for (warning)"
        "A role that is assumed with another role's credentials lasts 3600 seconds at most, whatever `duration_seconds` says; AWS would refuse more, so awsenv asks for 3600. A guard in the settings file with `max_duration` caps --duration and `duration_seconds` alike."
    DurationIgnored "duration-ignored" 0 "a duration is not used (warning)"
        "`duration_seconds` must be whole seconds; the AWS CLI drops anything else without a word, and so does awsenv, with one. --duration means something only where a role is assumed or an MFA session is opened."
    EmptyVariable "empty-variable" 0 "a variable is set but empty (warning)"
        "An empty AWS_REGION or AWS_DEFAULT_REGION is passed over. The AWS CLI takes it for a region without a name, and fails."
    ListingIncomplete "listing-incomplete" 0 "Identity Center did not list everything (warning)"
        "The roles of an account were refused, or a role has a name that no file can hold, or there is no account at all. What was listed is used; profiles of what was not stay as they are, and none is removed."
    InvalidSetting "invalid-setting" 0 "a setting is none of the values that it takes (warning)"
        "A variable or key that says how AWS is called (AWS_MAX_ATTEMPTS, AWS_RETRY_MODE, AWS_STS_REGIONAL_ENDPOINTS, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or the key of the same name) cannot be read. awsenv goes on as if it were not there; the AWS CLI fails at some of them, and SDKs may."
    NewRegion "new-region" 0 "a region that awsenv does not know (warning)"
        "The name is shaped like a region's and may be newer than this awsenv."
    SdksDiffer "sdks-differ" 0 "SDKs read this profile otherwise than the AWS CLI (warning)"
        "For instance a profile with access keys in the credentials file and with login_session or credential_process: the AWS CLI takes the keys, the SDKs the other. awsenv goes with the AWS CLI, and with `--mode auto` exports the keys, so that every tool gets the same. Remove one of the two."
    SsoRegionDiffers "sso-region-differs" 0 "Identity Center is in another region than configured (warning)"
        "The start URL is one of your own and leads to a portal in another region than sso_region says. The portal's region was used; write it into the sso-session."
    SignOutIncomplete "sign-out-incomplete" 0 "the session's end could not be told to AWS (warning)"
        "The files of the session are removed from this machine, but AWS has not heard of it: a copy of the token would be good until it ends by itself, some hours from now at most. An administrator can end the session in Identity Center."
    CredentialsReadable "credentials-readable" 0 "others may read the credentials file (warning)"
        "The credentials file has secrets, and its permissions let other users of this machine read or write it: `chmod 600` on it. awsenv keeps the permissions of files that are there, and gives new ones to you alone."
    SettingShadowed "setting-shadowed" 0 "a setting stands where it does not count (warning)"
        "The credentials file wins over the config file, for the AWS CLI and the SDKs alike, and of several kinds of credentials in one profile only one counts (`awsenv explain PROFILE` shows which). Remove the line that does not count; in the credentials file only access keys and tokens belong."
    FileLarge "file-large" 0 "a file is very large (note)"
        "Every AWS command reads both files whole. More than a megabyte takes the AWS CLI seconds; awsenv takes milliseconds."
    LineEndsMixed "line-ends-mixed" 0 "a file has line ends of two kinds (note)"
        "Some lines end in CRLF (Windows) and some in LF. Every reader takes both, but tools that rewrite the file make one of them, which shows as a change of every line."
    DefaultTwice "default-twice" 0 "both [default] and [profile default] (warning)"
        "The SDKs read [profile default] and pass over [default]; the AWS CLI takes the one that comes last, whole. `awsenv doctor --fix` removes [profile default] when both say the same."
    SectionIgnored "section-ignored" 0 "nobody reads a section (warning)"
        "In the config file a section is [default], [profile NAME], [sso-session NAME] or [services NAME]; in the credentials file it is [NAME]. Any other is passed over without a word by the SDKs and by the AWS CLI, with all its settings."
    CliOnlySection "cli-only-section" 0 "the SDKs do not read a section (warning)"
        "The AWS CLI takes quoted names, names with blanks, and text behind the bracket; the SDKs do not: for Terraform and your own programs the profile does not exist. awsenv can use it, and with `--mode auto` exports the keys, so that everything works in that shell."
    KeyIgnored "key-ignored" 0 "the SDKs do not read a key (warning)"
        "The SDKs take keys of letters, digits and _ - / . % @ : + and drop others without a word."
    ReadDifferently "read-differently" 0 "the AWS CLI and the SDKs read a line differently (warning)"
        "The two have different grammars: the AWS CLI reads with Python's configparser (`:` separates as well, an indented # line is a comment, [DEFAULT] is for every section), the SDKs with a grammar of their own. What is written plainly, `name = value` from the first column on, both read the same."
    InlineComment "inline-comment" 0 "a comment behind a value (warning)"
        "For the SDKs a comment begins at ` #` and ` ;` behind a value; for the AWS CLI it is a part of the value, so that `region = eu-west-1 # home` is a region of that whole name. `awsenv doctor --fix` gives the comment a line of its own."
    MisspeltKey "misspelt-key" 0 "a key that no AWS tool knows (warning)"
        "Keys that nobody knows are passed over without a word; this one is a slip away from one that is known. `awsenv doctor --fix` renames it when the right one is not there as well. Keys that are near to nothing are left alone: other tools have their own."
    MisplacedKey "misplaced-key" 0 "a key in a section of the wrong kind (warning)"
        "An sso-session has sso_start_url, sso_region and sso_registration_scopes; account and role are the profile's."
    QuotedValue "quoted-value" 0 "a value in quotes (warning)"
        "These files know no quotes: they become a part of the value, for the AWS CLI and most SDKs. `awsenv doctor --fix` takes them away."
    RelativePath "relative-path" 0 "a path that means something else everywhere (warning)"
        "`web_identity_token_file` is taken as it stands, relative to the directory of whoever asks, and `~` is no home directory. `credential_process` is run without a shell by the AWS CLI, so `~` and `$HOME` stay what they are, while some SDKs do start a shell."
    SettingUnused "setting-unused" 0 "a setting means nothing alone (warning)"
        "source_profile, external_id, role_session_name, duration_seconds and mfa_serial are a role's: without role_arn nobody looks at them (mfa_serial also counts beside access keys of the same profile, for awsenv). A role's mfa_serial must stand in the role's own profile, not in its source."
    RegionMissing "region-missing" 0 "profiles without a region (note)"
        "A profile inherits its region neither from [default] nor from its source_profile; most commands then fail with `You must specify a region`, unless AWS_REGION is set. `awsenv configure set region REGION --profile NAME` adds it."
    PlainTextKeys "plain-text-keys" 0 "long-term keys in plain text (note)"
        "An access key in a file works for everybody who gets the file, until somebody notices. Identity Center (`awsenv configure sso-session`, `awsenv login`) and console sign-ins (`awsenv login NAME`) need none. Where one is needed, a keychain behind `credential_process` keeps it out of the file, and a user who may do nothing but assume roles with MFA makes it worth less."
    SharedKeys "shared-keys" 0 "several profiles have the same access key (note)"
        "A key that stands in several places is forgotten in one of them when it is rotated. Keep it in one profile; the others can name that one as `source_profile` when they are roles, and a region can be given with AWS_REGION or `awsenv use -r`."
    KeysInConfig "keys-in-config" 0 "access keys in the config file (note)"
        "Every tool reads keys from the config file too, but after those of the credentials file; and people show, share and version the config file, for which the credentials file was split from it."
    NoProfiles "no-profiles" 0 "there are no profiles yet (note)"
        "Neither ~/.aws/config nor ~/.aws/credentials (or what AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name) has a profile. `awsenv configure` makes one."
    SecretInArguments "secret-in-arguments" 0 "a secret was typed as an argument (warning)"
        "What stands on a command line is kept in the shell's history and can be read by every process of this machine while the command runs. The secret was written all the same. Give it on stdin instead (`-`), and rotate it where others could have read it."
    FileExposed "file-exposed" 0 "others may read or change a file of yours (warning)"
        "A file that has secrets may be read by other users of this machine, or one that decides which account you are in and which programs run (the config file, awsenv's settings, a directory of the caches) may be changed by them. `awsenv doctor --fix` takes it from everybody but you. A group in which you are alone does not count. On a Windows drive in WSL all files look so; keep ~/.aws in the Linux home, or mount the drive with `metadata`."
    FileForeign "file-foreign" 0 "a file of yours belongs to somebody else (warning)"
        "One of the two files, awsenv's settings or a directory of the caches belongs to another user, most often to root after a `sudo aws …` or `sudo awsenv …`. It may not be readable or writable, and its owner could change it. Take it back with chown."
    LinkBroken "link-broken" 0 "a link leads nowhere (warning)"
        "One of the two files, awsenv's settings or a directory of the caches is a symbolic link whose target is not there: dotfiles that are not checked out, a drive that is not mounted. The file counts as missing."
    DirectoryUnwritable "directory-unwritable" 0 "a cache cannot be written (warning)"
        "A directory of the caches may not be written or cannot be made. Credentials work, but every command has to fetch them anew, and to ask for MFA codes anew; a sign-in is lost at once. A read-only mount, another owner, or a file where the directory should be."
    CacheStale "cache-stale" 0 "the caches have files that have ended (note)"
        "Credentials, sign-ins and client registrations that have ended are of no use to anybody; the AWS CLI leaves them lying. `awsenv doctor --fix` removes them, after looking once more. A sign-in that can be renewed counts as living."
    CacheUnreadable "cache-unreadable" 0 "a file of the caches is damaged (warning)"
        "A file in the caches is no JSON: a full disk, a crash, an editor. The AWS CLI and awsenv take it for missing; some SDKs fail with it. Remove it; what was in it is fetched or asked for again."
    CacheOrphaned "cache-orphaned" 0 "a sign-in lives that no profile names (note)"
        "The Identity Center cache has a living sign-in of a session or start URL that is in neither file. It is that of a profile that is gone, or of another tool that shares the cache (IDEs do). Whoever reads the file can use it; remove it if it is nobody's."
    CacheLeftover "cache-leftover" 0 "a killed process has left a file (note)"
        "awsenv writes files beside their place and renames them; a process that was killed meanwhile leaves one. It is not read by anything. `awsenv doctor --fix`, or the next write there, removes it."
    VariablesChanged "variables-changed" 0 "another program has changed awsenv's variables (warning)"
        "The directory's profile was entered, and then a program (direnv when it leaves a directory, a script, or you) set or removed AWS_PROFILE or the keys. awsenv leaves them as they are, and the prompt shows what they say. `awsenv auto` goes into the directory's profile again."
    VariablesContradict "variables-contradict" 0 "two variables say different things (warning)"
        "Tools that look at one variable go elsewhere than those that look at the other: AWS_PROFILE beside keys (which win), AWS_DEFAULT_PROFILE and AWS_DEFAULT_REGION (which boto3 reads first), AWS_SECURITY_TOKEN, AWS_ACCOUNT_ID. `awsenv use` sets them all alike or takes them away."
    ConfigTurnedOff "config-turned-off" 0 "a variable turns the config file off (note)"
        "AWS_SDK_LOAD_CONFIG=0 makes older programs (the first SDK for Go, the second for JavaScript) read the credentials file only. All others ignore it."
    EndpointOverridden "endpoint-overridden" 0 "requests do not go to AWS (note)"
        "AWS_ENDPOINT_URL or one of a service (AWS_ENDPOINT_URL_S3) is set, as one does for LocalStack, MinIO or a private endpoint. Left set in a shell it makes every account look empty, or sends signed requests to where nobody expects them."
    OtherToolLeft "other-tool-left" 0 "another tool's variables are left in this shell (warning)"
        "aws-vault, awsume, awsu, aws-sso-cli, granted, saml2aws or oh-my-zsh have set variables that do not go with what this shell is in now. Prompts believe them before AWS_PROFILE. `awsenv use` puts them aside; the message has the line that removes them."
    StateInvalid "state-invalid" 0 "what awsenv knows of this shell is wrong (warning)"
        "__AWSENV_STATE remembers how this shell was before `awsenv use`, AWSENV_PROFILE is what prompts show. One is damaged or missing, or they do not agree: another program has changed them, or the variables were copied. A new shell is free of it."
    HookNotLoaded "hook-not-loaded" 0 "this shell has not loaded awsenv (note)"
        "Without the script of `awsenv init` there is no function that changes this shell and no hook that follows directories and renews keys. Put its line into the rc file; if it is there already, the shell is older than the line, or the rc file is left before it (`case $- in *i*) … return`)."
    HookLost "hook-lost" 0 "something has removed the hook (warning)"
        "awsenv was loaded, but its hook is not called before prompts any more: another tool, or the rc file itself, has overwritten PROMPT_COMMAND, precmd_functions or the prompt function instead of adding to it. Let awsenv's line be the last one."
    HookNotRun "hook-not-run" 0 "the hook has not run here (note)"
        "The hook is there, but has not run before this command: it is the first line of the shell, or one that has changed the directory itself. If it stays so, something before it fails at each prompt."
    HookOutdated "hook-outdated" 0 "this shell has loaded another awsenv (warning)"
        "The functions in this shell were printed by another version of awsenv than the program that they call. An upgrade reaches new shells only: open one."
    CdTaken "cd-taken" 0 "`cd` is another tool's (note)"
        "bash has no hook inside a line, so awsenv wraps `cd`; where zoxide, rvm or an alias has it, it stays theirs, and a new directory is noticed at the next prompt. `cd prod && terraform apply` then runs in the old profile."
    VariableNotExported "variable-not-exported" 0 "a variable is set, but not exported (warning)"
        "`AWS_PROFILE=prod` without `export` sets a variable that only the shell itself sees: prompts may show it, and no program has it."
    UniversalVariable "universal-variable" 0 "fish keeps an AWS variable for all shells (warning)"
        "A universal variable (`set -U`) is in every fish, also in new ones, and shows again whenever a shell's own one is removed. Erase it: set -eU NAME."
    GuardUnused "guard-unused" 0 "a guard matches no profile (note)"
        "`[guard \"PATTERN\"]` in awsenv's settings file matches no profile there is, so it protects nothing: a slip in the pattern, or profiles that were renamed."
    DirectoryMissing "directory-missing" 0 "a directory of the settings is not there (note)"
        "[directories] in awsenv's settings file maps a directory to a profile, and there is no such directory."
    TrustUnused "trust-unused" 0 "an allowed .awsenv is gone (note)"
        "`awsenv allow` was said about a file that does not exist any more, though its directory does. The same file would be obeyed if it came back. `awsenv doctor --fix` forgets it."
    ProgramNotFound "program-not-found" 0 "a program that settings name does not exist (warning)"
        "`mfa_process` of a profile, or `process`, `askpass` or `browser` in awsenv's settings file, names a program that is not on PATH or not at its path. awsenv then asks in another way. ~ and $VARIABLES are not expanded there."
    SeveralPrograms "several-programs" 0 "there are several awsenv on PATH (note)"
        "Two installations are on PATH, such as one of cargo and one of a package manager. The first one runs; an upgrade of the other changes nothing."
    CacheForeign "cache-foreign" 0 "a cache file belongs to somebody else (warning)"
        "A file in the AWS CLI's cache belongs to another user, perhaps from a `sudo aws …`. It is neither believed nor replaced: remove it, or `chown` it."
    CacheNotStored "cache-not-stored" 0 "a cache file could not be written (warning)"
        "The credentials are good, but could not be kept for the next command: a full disk, or a folder without permission."
}

impl Code {
    /// Finds a code by its name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_found_again() {
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        for code in Code::ALL {
            assert!(code.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", code.name());
            assert_eq!(Code::parse(code.name()), Some(*code));
            assert!(code.explanation().ends_with(['.', ')']), "{}: {}", code.name(), code.explanation());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
