//! A loopback stand-in for the parts of AWS that give credentials: STS, IAM Identity Center's portal and OIDC, the sign-in
//! service of `aws login`, the EC2 metadata service, container credentials, console federation, and IAM's list of MFA devices,
//! all on one port of 127.0.0.1. It is strict where AWS is strict (signatures, MFA codes, rotating refresh tokens, PKCE, DPoP),
//! so that a client that passes here does not meet its first refusal at AWS; and it fails on demand ([`Rule`]).
//!
//! It knows the wire formats and the standard library. It deliberately does not know awsenv, nor any SDK: both are its clients,
//! as the real AWS CLI is.

mod browser;
mod caches;
#[cfg(test)]
mod client;
mod container;
mod control;
mod demo;
mod dpop;
mod encoding;
mod failure;
mod federation;
mod home;
mod http;
mod iam;
mod imds;
mod oidc;
mod query;
mod request;
mod router;
mod script;
mod server;
mod signin;
mod sigv4;
mod sso;
mod state;
mod sts;
mod time;
mod totp;
mod world;
mod world_file;

pub use caches::CacheFile;
pub use home::write_home;
pub use request::Request;
pub use script::{Effect, Rule};
pub use server::FakeAws;
pub use state::Credentials;
pub use totp::totp;
pub use world::{
    ConsoleIdentity, Container, Instance, LoginSession, MfaDevice, OidcClient, Role, SsoAccount, SsoInstance, SsoToken, User,
    WebIdentityToken, World,
};
pub use world_file::parse_world;
