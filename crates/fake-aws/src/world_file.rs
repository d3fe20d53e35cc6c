//! A world written as JSON, for running the server by hand.

use crate::time::machine_now;
use crate::world::{
    ConsoleIdentity, Container, Instance, MfaDevice, Role, SsoAccount, SsoInstance, User, WebIdentityToken, World,
};
use serde_json::{Map, Value};

/// Reads a world from JSON with the names of [`World`]'s fields; what is left out is as the constructors make it.
///
/// `sso_tokens` are `{"start_url", "suffix", "seconds"}` as for [`World::with_sso_token`]; `"mfa": true` gives a user the device
/// of [`User::with_mfa`]. A name that means nothing is an error.
pub fn parse_world(text: &str) -> Result<World, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut world = World::default();
    let mut fields = Fields::of("world", &value)?;
    world.users = fields.list("users", user)?;
    world.roles = fields.list("roles", role)?;
    world.sso = fields.list("sso", sso_instance)?;
    world.console_identities = fields.list("console_identities", console_identity)?;
    world.web_identity_tokens = fields.list("web_identity_tokens", web_identity_token)?;
    world.instance = fields.list("instance", instance)?.pop();
    world.container = fields.list("container", container)?.pop();
    world.seed = fields.number("seed")?.map(i64::cast_unsigned);
    let token =
        |mut token: Fields<'_>| Ok((token.text("start_url")?, token.optional("suffix")?, token.number("seconds")?, token.end()?));
    for (start_url, suffix, seconds, ()) in fields.list("sso_tokens", token)? {
        world = world.with_sso_token(&start_url, suffix.as_deref().unwrap_or_default(), seconds.unwrap_or(3600));
    }
    fields.end()?;
    Ok(world)
}

fn user(mut fields: Fields<'_>) -> Result<User, String> {
    let mut user = User::new(&fields.text("name")?, &fields.text("account")?);
    replace(&mut user.partition, fields.optional("partition")?);
    replace(&mut user.access_key_id, fields.optional("access_key_id")?);
    replace(&mut user.secret_access_key, fields.optional("secret_access_key")?);
    if fields.flag("mfa")? {
        user = user.with_mfa();
    }
    let device = |mut device: Fields<'_>| {
        let made = MfaDevice { serial: device.text("serial")?, seed: device.text("seed")?, codes: device.texts("codes")? };
        device.end().map(|()| made)
    };
    user.mfa_devices.extend(fields.list("mfa_devices", device)?);
    fields.end().map(|()| user)
}

fn role(mut fields: Fields<'_>) -> Result<Role, String> {
    let mut role = Role::new(&fields.text("arn")?);
    let trusted = fields.texts("trusted")?;
    if !trusted.is_empty() {
        role.trusted = trusted;
    }
    role.external_id = fields.optional("external_id")?;
    role.require_mfa = fields.flag("require_mfa")?;
    replace(&mut role.max_session_duration, fields.number("max_session_duration")?);
    fields.end().map(|()| role)
}

fn sso_instance(mut fields: Fields<'_>) -> Result<SsoInstance, String> {
    let mut instance = SsoInstance::new(&fields.text("start_url")?, &fields.text("region")?, &fields.text("email")?);
    replace(&mut instance.token_seconds, fields.number("token_seconds")?);
    replace(&mut instance.session_seconds, fields.number("session_seconds")?);
    replace(&mut instance.credentials_seconds, fields.number("credentials_seconds")?);
    replace(&mut instance.device_interval, fields.number("device_interval")?);
    replace(&mut instance.page_size, fields.number("page_size")?.and_then(|size| usize::try_from(size).ok()));
    instance.listings_per_second = fields.number("listings_per_second")?.and_then(|limit| usize::try_from(limit).ok());
    instance.accounts = fields.list("accounts", |mut account: Fields<'_>| {
        let (id, name) = (account.text("id")?, account.text("name")?);
        let email = account.optional("email")?.unwrap_or_else(|| format!("{id}@example.com"));
        let made = SsoAccount { id, name, email, roles: account.texts("roles")? };
        account.end().map(|()| made)
    })?;
    fields.end().map(|()| instance)
}

fn console_identity(mut fields: Fields<'_>) -> Result<ConsoleIdentity, String> {
    let identity = ConsoleIdentity {
        arn: fields.text("arn")?,
        mfa: fields.flag("mfa")?,
        allowed: fields.flag_or("allowed", true)?,
        credentials_changed: fields.flag("credentials_changed")?,
    };
    fields.end().map(|()| identity)
}

fn web_identity_token(mut fields: Fields<'_>) -> Result<WebIdentityToken, String> {
    let token = WebIdentityToken {
        token: fields.text("token")?,
        subject: fields.text("subject")?,
        provider: fields.text("provider")?,
        expires_at: machine_now() + fields.number("seconds")?.unwrap_or(3600),
    };
    fields.end().map(|()| token)
}

fn instance(mut fields: Fields<'_>) -> Result<Instance, String> {
    let instance = Instance {
        instance_id: fields.optional("instance_id")?.unwrap_or_else(|| "i-0fake1234567890ab".to_owned()),
        role_arn: fields.optional("role_arn")?,
        region: fields.text("region")?,
        allow_v1: fields.flag("allow_v1")?,
    };
    fields.end().map(|()| instance)
}

fn container(mut fields: Fields<'_>) -> Result<Container, String> {
    let container = Container { role_arn: fields.text("role_arn")?, token: fields.text("token")? };
    fields.end().map(|()| container)
}

fn replace<T>(target: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *target = value;
    }
}

/// The members of one object, taken one by one, so that what is left at the end is a mistake.
struct Fields<'a> {
    what: &'a str,
    members: Map<String, Value>,
}

impl<'a> Fields<'a> {
    fn of(what: &'a str, value: &Value) -> Result<Self, String> {
        let members = value.as_object().ok_or_else(|| format!("{what} must be an object"))?;
        Ok(Self { what, members: members.clone() })
    }

    fn take<T>(&mut self, name: &str, kind: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, String> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(&value).map(Some).ok_or_else(|| format!("`{name}` of {} must be {kind}", self.what)),
        }
    }

    fn optional(&mut self, name: &str) -> Result<Option<String>, String> {
        self.take(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    fn text(&mut self, name: &str) -> Result<String, String> {
        self.optional(name)?.ok_or_else(|| format!("{} needs `{name}`", self.what))
    }

    fn number(&mut self, name: &str) -> Result<Option<i64>, String> {
        self.take(name, "a whole number", Value::as_i64)
    }

    fn flag(&mut self, name: &str) -> Result<bool, String> {
        self.flag_or(name, false)
    }

    fn flag_or(&mut self, name: &str, default: bool) -> Result<bool, String> {
        Ok(self.take(name, "true or false", Value::as_bool)?.unwrap_or(default))
    }

    fn texts(&mut self, name: &str) -> Result<Vec<String>, String> {
        let read = |value: &Value| value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect();
        Ok(self.take(name, "a list of texts", read)?.unwrap_or_default())
    }

    /// Reads a list of objects; one object alone is a list of one.
    fn list<T>(&mut self, name: &str, read: impl Fn(Fields<'_>) -> Result<T, String>) -> Result<Vec<T>, String> {
        match self.members.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(|item| read(Fields::of(name, item)?)).collect(),
            Some(value) => Ok(vec![read(Fields::of(name, &value)?)?]),
        }
    }

    fn end(&self) -> Result<(), String> {
        match self.members.keys().next() {
            Some(unknown) => Err(format!("{} has no `{unknown}`", self.what)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_with_everything() {
        let world = parse_world(
            r#"{
              "users": [{"name": "ana", "account": "111111111111", "mfa": true}],
              "roles": [{"arn": "arn:aws:iam::1:role/x", "trusted": ["*"], "external_id": "e", "require_mfa": true, "max_session_duration": 7200}],
              "sso": [{"start_url": "https://x.awsapps.com/start", "region": "us-east-1", "email": "a@b", "page_size": 2,
                       "accounts": [{"id": "1", "name": "one", "roles": ["R"]}]}],
              "sso_tokens": [{"start_url": "https://x.awsapps.com/start", "suffix": "-1", "seconds": 60}],
              "console_identities": [{"arn": "arn:aws:iam::1:user/ana", "mfa": true}],
              "web_identity_tokens": [{"token": "t", "subject": "s", "provider": "p"}],
              "instance": {"region": "us-east-1", "role_arn": "arn:aws:iam::1:role/x"},
              "container": {"role_arn": "arn:aws:iam::1:role/x", "token": "t"},
              "seed": 7
            }"#,
        )
        .expect("the world is well-formed");
        assert_eq!(world.users, [User::new("ana", "111111111111").with_mfa()]);
        assert_eq!(
            world.roles[0],
            Role::new("arn:aws:iam::1:role/x").trusting(&["*"]).with_external_id("e").requiring_mfa().lasting(7200)
        );
        assert_eq!((world.sso[0].page_size, world.sso[0].accounts[0].roles.as_slice()), (2, &["R".to_owned()][..]));
        assert!(world.console_identities[0].mfa && world.console_identities[0].allowed);
        assert_eq!((world.sso_tokens[0].access_token.as_str(), world.seed), ("token-1", Some(7)));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, why) in [
            ("[]", "world must be an object"),
            (r#"{"usres": []}"#, "world has no `usres`"),
            (r#"{"users": [{"name": "a"}]}"#, "users needs `account`"),
            (r#"{"roles": [{"arn": "a", "trusted": "b"}]}"#, "`trusted` of roles must be a list of texts"),
            (r#"{"container": {"role_arn": 1}}"#, "`role_arn` of container must be a text"),
        ] {
            assert_eq!(parse_world(text), Err(why.to_owned()));
        }
    }
}
