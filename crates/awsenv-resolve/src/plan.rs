//! What must happen, step by step, before any of it does.

use std::sync::Arc;

use awsenv_profile::{IgnoredSection, ProfileSet, Section, SourceMap, SyntaxErrorKind, SyntaxWarningKind, Visibility};

use crate::chain::Chain;
use crate::client::ClientSettings;
use crate::error::{Advice, Problem, ResolveError};
use crate::mfa::{self, MfaProcess};
use crate::provider::{Base, Provider};
use crate::region::{self, Verdict};
use crate::{Arn, CacheKey, EnvSnapshot, Mode, ProfileChoice, Provenance, Request, RoleArguments, Sourced, suggest};

/// The longest session of a role assumed with a role's credentials, in seconds (STS API reference, AssumeRole:
/// "role chaining limits your … session to a maximum of one hour").
pub const CHAINED_ROLE_SECONDS: u32 = 3_600;

/// One AssumeRole call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssumeRole {
    /// The profile that it stands in.
    pub profile: String,
    /// `role_arn`.
    pub role_arn: Sourced<String>,
    /// `role_session_name`.
    pub role_session_name: Option<Sourced<String>>,
    /// `external_id`.
    pub external_id: Option<Sourced<String>>,
    /// `mfa_serial`.
    pub mfa_serial: Option<Sourced<String>>,
    /// `duration_seconds`, as written.
    pub duration_seconds: Option<Sourced<i64>>,
    /// What is asked for instead, when the role is chained and more than an hour is written.
    pub capped_seconds: Option<u32>,
}

impl AssumeRole {
    /// Returns the AWS CLI's cache entry for its credentials.
    pub fn cache_key(&self) -> CacheKey {
        let text = |value: &'_ Option<Sourced<String>>| value.as_ref().map(|value| value.value.clone());
        CacheKey::assume_role(&RoleArguments {
            role_arn: &self.role_arn.value,
            role_session_name: text(&self.role_session_name).as_deref(),
            external_id: text(&self.external_id).as_deref(),
            mfa_serial: text(&self.mfa_serial).as_deref(),
            duration_seconds: self.duration_seconds.as_ref().map(|duration| duration.value),
        })
    }

    /// Returns the seconds to ask for; `None` leaves it to STS (one hour).
    pub fn seconds(&self) -> Option<i64> {
        self.capped_seconds.map(i64::from).or(self.duration_seconds.as_ref().map(|duration| duration.value))
    }
}

/// A GetSessionToken call over a user's long-term keys, which turns one MFA code into a session for every role of the
/// device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionToken {
    /// The profile whose `mfa_serial` it is.
    pub profile: String,
    /// The device.
    pub mfa_serial: Sourced<String>,
    /// How long, in seconds.
    pub duration_seconds: u32,
    /// The long-term key, for the cache entry.
    pub access_key_id: String,
}

impl SessionToken {
    /// Returns the entry in awsenv's own cache.
    pub fn cache_key(&self) -> CacheKey {
        CacheKey::mfa_session(&self.access_key_id, &self.mfa_serial.value, self.duration_seconds)
    }
}

/// A setting that is there and not used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shadowed {
    /// The setting or variable.
    pub what: String,
    /// What is used instead.
    pub by: String,
    /// Where the unused one is.
    pub origin: Provenance,
}

/// A region that is used, and what was not because of it.
pub(crate) type Region = Sourced<String>;

/// Everything that was decided about a request: carried out from `base` through `session_token` to the last of `hops`.
#[derive(Clone, Debug)]
pub struct ResolutionPlan {
    /// The profile; `None` when the environment's own credentials are used.
    pub profile: Option<String>,
    /// Where the profile's name came from.
    pub profile_origin: Provenance,
    /// The first credentials.
    pub base: Base,
    /// The MFA session over them.
    pub session_token: Option<SessionToken>,
    /// The roles, in the order of the calls.
    pub hops: Vec<AssumeRole>,
    /// The region of everything that will be run.
    pub region: Option<Sourced<String>>,
    /// How to call AWS.
    pub client: ClientSettings,
    /// What was there and is not used.
    pub shadowed: Vec<Shadowed>,
    /// What a person should know.
    pub advice: Vec<Advice>,
    /// Whether an AWS SDK knows the profile, and every section that its credentials come from, by its name (formats.md
    /// §5.1).
    pub visible_to_sdks: bool,
    /// Whether all SDKs and the AWS CLI take the same credentials from the profile.
    pub same_for_sdks: bool,
    /// Whether `--duration` or `--role-session-name` makes other credentials than the profile by itself.
    pub flags_count: bool,
    /// The commands that print the codes of this plan's MFA devices, where profiles name some.
    pub mfa_processes: Vec<MfaProcess>,
    /// The files, for messages.
    pub sources: Arc<SourceMap>,
}

impl ResolutionPlan {
    /// Returns the account whose credentials come out, where it is certain before any call.
    pub fn account_id(&self) -> Option<String> {
        match self.hops.last() {
            Some(hop) => crate::account_of(&hop.role_arn.value),
            None => self.base.provider.account_id(),
        }
    }

    /// Returns the cache entry of what comes out at the end, where there is one.
    pub fn final_cache_key(&self) -> Option<CacheKey> {
        match (self.hops.last(), &self.session_token) {
            (Some(hop), _) => Some(hop.cache_key()),
            (None, Some(session)) => Some(session.cache_key()),
            (None, None) => self.base.provider.cache_key(),
        }
    }

    /// Returns the region in which STS is called for these hops: the region of everything, else the partition's own.
    pub fn sts_region(&self) -> String {
        if let Some(region) = &self.region {
            return region.value.clone();
        }
        let role = self.hops.first().map(|hop| hop.role_arn.value.as_str()).or(match &self.base.provider {
            Provider::WebIdentity { role_arn, .. } => Some(role_arn.value.as_str()),
            _ => None,
        });
        let device = || self.session_token.as_ref().map(|session| session.mfa_serial.value.as_str());
        let partition = role.or_else(device).and_then(Arn::parse).map_or("aws", |arn| arn.partition);
        region::default_of_partition(partition).to_owned()
    }

    /// Returns whether MFA is anywhere in the chain.
    pub fn has_mfa(&self) -> bool {
        self.session_token.is_some() || self.hops.iter().any(|hop| hop.mfa_serial.is_some())
    }

    /// Returns whether the first role's own MFA question is answered by the session.
    pub fn session_covers(&self, hop: usize) -> bool {
        hop == 0 && self.session_token.is_some()
    }

    /// Decides what `auto` means: the name of the profile where every AWS SDK can get and refresh these credentials
    /// alone, the keys where one cannot.
    pub fn mode(&self, asked: Mode) -> Mode {
        match asked {
            Mode::Profile | Mode::Keys => asked,
            Mode::Auto => {
                let alone = self.profile.is_some()
                    && self.visible_to_sdks
                    && self.same_for_sdks
                    && !self.flags_count
                    && !self.has_mfa()
                    // Those that heed `duration_seconds` ask for all of it, and are refused.
                    && self.hops.iter().all(|hop| hop.capped_seconds.is_none())
                    // The environment's own keys are taken out of it: with them, every tool would be their user, not the role.
                    && !matches!(self.base.provider, Provider::Login { .. } | Provider::Environment { .. });
                if alone { Mode::Profile } else { Mode::Keys }
            }
        }
    }
}

/// Makes the plan of a request. Nothing is read and nobody is asked.
///
/// # Errors
/// Everything that is wrong with the files or the environment for this request, with the lines.
pub fn plan(profiles: &ProfileSet, request: &Request, env: &EnvSnapshot) -> Result<ResolutionPlan, ResolveError> {
    make(profiles, request, env)
        .map_err(|problem| ResolveError { problem: Box::new(problem), sources: Arc::clone(profiles.sources()) })
}

fn make(profiles: &ProfileSet, request: &Request, env: &EnvSnapshot) -> Result<ResolutionPlan, Problem> {
    let named = matches!(request.profile, ProfileChoice::Named(_));
    let (name, profile_origin) = chosen_name(request, env);
    let mut chain =
        Chain { profiles, env, named, hops: Vec::new(), advice: Vec::new(), shadowed: Vec::new(), visible_to_sdks: true };
    let section = profiles.profile(&name);
    // Even when the environment has keys: the AWS CLI looks for the profile's other settings, and fails.
    if section.is_none() && profile_origin != Provenance::Default {
        return Err(unknown_profile(profiles, name, profile_origin));
    }
    let from_env = if named { None } else { chain.environment()? };
    let mut base = match (from_env, section) {
        (Some(base), _) => base,
        (None, Some(section)) => chain.walk(section)?,
        (None, None) => match chain.web_identity(None, false)? {
            Some(provider) => Base { provider, profile: None, span: None },
            None => chain.machine(None)?,
        },
    };
    if named {
        shadow_environment(env, &mut chain.shadowed);
    }
    let Chain { mut hops, mut advice, mut shadowed, visible_to_sdks, .. } = chain;
    let is_env = matches!(base.provider, Provider::Environment { .. }) && base.profile.is_none();
    let flags_count = apply_flags(&mut hops, &mut base.provider, request);
    cap_chained(&mut hops, &base, &mut advice);
    let region = choose_region(section, request, env, &mut shadowed, &mut advice)?;
    let session_token = if is_env { None } else { session_token(&base, &hops, section, request) };
    let client = ClientSettings::read(profiles, section, env)?;
    advice.extend(client.invalid.iter().cloned().map(Advice::InvalidSetting));
    let same_for_sdks = !advice.iter().any(|advice| matches!(advice, Advice::SdksDiffer { .. }));
    Ok(ResolutionPlan {
        profile: section.filter(|_| !is_env).map(|section| section.name().to_owned()),
        profile_origin,
        region,
        client,
        visible_to_sdks: visible_to_sdks && section.is_none_or(|section| section.visibility() == Visibility::Everywhere),
        same_for_sdks,
        flags_count,
        mfa_processes: mfa::processes(profiles, session_token.as_ref(), &hops),
        session_token,
        sources: Arc::clone(profiles.sources()),
        base,
        hops,
        shadowed,
        advice,
    })
}

/// The profile's name: as given, else `AWS_PROFILE`, `AWS_DEFAULT_PROFILE` (empty counts, as in the AWS CLI), `default`.
fn chosen_name(request: &Request, env: &EnvSnapshot) -> (String, Provenance) {
    match &request.profile {
        ProfileChoice::Named(name) => (name.clone(), Provenance::Flag("PROFILE")),
        ProfileChoice::Ambient => ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
            .into_iter()
            // What is not UTF-8 names no profile; it must not lead to `default`.
            .find_map(|variable| env.bytes(variable).map(|name| (name, Provenance::Env(variable.into()))))
            .map(|(name, origin)| (String::from_utf8_lossy(name).into_owned(), origin))
            .unwrap_or_else(|| ("default".to_owned(), Provenance::Default)),
    }
}

/// The error for a profile that is not there, with the names that may have been meant.
pub(crate) fn unknown_profile(profiles: &ProfileSet, name: String, origin: Provenance) -> Problem {
    let suggestions = suggest::nearest(&name, profiles.profiles().map(|section| section.name()));
    let broken = profiles
        .errors()
        .iter()
        .filter(|error| error.kind == SyntaxErrorKind::HeaderNotClosed)
        .map(|error| error.span)
        .take(3)
        .collect();
    let unprefixed = profiles.warnings().iter().find(|warning| {
        let is_it = warning.section.as_ref().is_some_and(|section| *section.name == *name);
        is_it && warning.kind == SyntaxWarningKind::IgnoredSection(IgnoredSection::NoPrefix)
    });
    Problem::UnknownProfile {
        name: name.clone(),
        origin,
        suggestions,
        broken,
        unprefixed: unprefixed.map(|warning| warning.span),
    }
}

/// Gives the flags to the last role, and returns whether there was one for them. A web identity's is one too, as far as
/// its call has the argument.
fn apply_flags(hops: &mut [AssumeRole], base: &mut Provider, request: &Request) -> bool {
    let name = request.role_session_name.clone().map(|name| Sourced::new(name, Provenance::Flag("--role-session-name")));
    let Some(last) = hops.last_mut() else {
        return match (base, name) {
            (Provider::WebIdentity { role_session_name, .. }, Some(name)) => {
                *role_session_name = Some(name);
                true
            }
            _ => false,
        };
    };
    let flags_count = request.duration_seconds.is_some() || name.is_some();
    if let Some(seconds) = request.duration_seconds {
        last.duration_seconds = Some(Sourced::new(i64::from(seconds), Provenance::Flag("--duration")));
    }
    if name.is_some() {
        last.role_session_name = name;
    }
    flags_count
}

/// STS would refuse more than an hour for a chained role. The cache entry keeps the name that the profile gives it, so
/// that the AWS CLI, whose own call would fail, finds ours.
fn cap_chained(hops: &mut [AssumeRole], base: &Base, advice: &mut Vec<Advice>) {
    for (index, hop) in hops.iter_mut().enumerate() {
        let chained = index > 0 || base.provider.yields_role_credentials();
        if let Some(duration) =
            hop.duration_seconds.clone().filter(|duration| chained && duration.value > i64::from(CHAINED_ROLE_SECONDS))
        {
            hop.capped_seconds = Some(CHAINED_ROLE_SECONDS);
            advice.push(Advice::DurationCapped { profile: hop.profile.clone(), asked: duration, capped: CHAINED_ROLE_SECONDS });
        }
    }
}

/// One code for all roles of a device is possible where the chain stands on a user's own long-term keys; and a user
/// profile with keys and `mfa_serial` is a session by itself.
fn session_token(base: &Base, hops: &[AssumeRole], section: Option<Section<'_>>, request: &Request) -> Option<SessionToken> {
    let (Provider::StaticKeys { credentials } | Provider::Environment { credentials }) = &base.provider else { return None };
    if credentials.is_temporary() {
        return None;
    }
    let (profile, mfa_serial, seconds) = match hops.first() {
        Some(hop) if request.mfa_session => (hop.profile.clone(), hop.mfa_serial.clone()?, request.mfa_session_seconds),
        Some(_) => return None,
        None => {
            let section = section?;
            let seconds = request.duration_seconds.unwrap_or(request.mfa_session_seconds);
            (section.name().to_owned(), crate::chain::optional(section, "mfa_serial")?, seconds)
        }
    };
    Some(SessionToken { profile, mfa_serial, duration_seconds: seconds, access_key_id: credentials.access_key_id.clone() })
}

/// `--region`, then `AWS_REGION`, `AWS_DEFAULT_REGION`, then the profile's: the AWS CLI's order.
fn choose_region(
    section: Option<Section<'_>>,
    request: &Request,
    env: &EnvSnapshot,
    shadowed: &mut Vec<Shadowed>,
    advice: &mut Vec<Advice>,
) -> Result<Option<Region>, Problem> {
    let mut candidates: Vec<Region> = Vec::new();
    candidates.extend(request.region.clone().map(|region| Sourced::new(region, Provenance::Flag("--region"))));
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        match env.text(name) {
            Some("") => advice.push(Advice::EmptyVariable { name }),
            Some(region) => candidates.push(Sourced::new(region.to_owned(), Provenance::Env(name.into()))),
            None => {}
        }
    }
    candidates.extend(section.and_then(|section| crate::chain::optional(section, "region")));
    let mut candidates = candidates.into_iter();
    let Some(region) = candidates.next() else { return Ok(None) };
    for unused in candidates.filter(|unused| unused.value != region.value) {
        let what = match &unused.origin {
            Provenance::Env(name) => name.to_string(),
            Provenance::File(_) | Provenance::Flag(_) | Provenance::Default => "region".to_owned(),
        };
        let by = match &region.origin {
            Provenance::Env(name) => name.to_string(),
            Provenance::Flag(flag) => (*flag).to_owned(),
            Provenance::File(_) | Provenance::Default => "region".to_owned(),
        };
        shadowed.push(Shadowed { what, by, origin: unused.origin });
    }
    match region::judge(&region.value) {
        Verdict::Known => {}
        Verdict::Plausible => advice.push(Advice::NewRegion { region: region.clone() }),
        Verdict::Unknown(suggestions) => return Err(Problem::UnknownRegion { region, suggestions }),
    }
    Ok(Some(region))
}

/// A profile that is named is used without the environment's credentials (the AWS CLI's `--profile`).
fn shadow_environment(env: &EnvSnapshot, shadowed: &mut Vec<Shadowed>) {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"] {
        if env.nonempty(name).is_some() {
            shadowed.push(Shadowed { what: name.to_owned(), by: "PROFILE".to_owned(), origin: Provenance::Env(name.into()) });
        }
    }
}

/// Finds the SSO profile of `ACCOUNT/ROLE`; the account by its number, or by name where a profile has `sso_account_name`.
/// Of several profiles for the same role the first in the file counts.
pub fn profile_of_account_role<'a>(profiles: &'a ProfileSet, account: &str, role: &str) -> Option<Section<'a>> {
    let is = |section: &Section<'_>, key: &str, wanted: &str| {
        section.get(key).is_some_and(|value| value.value.eq_ignore_ascii_case(wanted))
    };
    let mut found = None;
    for section in profiles.profiles() {
        if !is(&section, "sso_role_name", role) {
            continue;
        }
        if is(&section, "sso_account_id", account) {
            return Some(section);
        }
        if found.is_none() && (is(&section, "sso_account_name", account) || is(&section, "granted_sso_account_name", account)) {
            found = Some(section);
        }
    }
    found
}
