//! The world of the README's demo: four accounts, two users, a company's Identity Center.

use crate::world::{Role, SsoInstance, User, World};

pub(crate) const SSO_SESSION: &str = "corp";
pub(crate) const SSO_START_URL: &str = "https://demo.awsapps.com/start";
pub(crate) const SSO_REGION: &str = "eu-west-1";
pub(crate) const SSO_TOKEN: &str = "token-demo";
pub(crate) const LOGIN_ARN: &str = "arn:aws:iam::111111111111:user/ana";
pub(crate) const WEB_IDENTITY_TOKEN: &str = "demo-web-identity-token";
pub(crate) const EXTERNAL_ID: &str = "partner-4711";
pub(crate) const PROCESS_ROLE: &str = "arn:aws:iam::111111111111:role/batch";

impl World {
    /// Makes the world that the README's demo and [`write_home`](crate::write_home) use.
    pub fn demo() -> World {
        let provider = "arn:aws:iam::111111111111:oidc-provider/ci.example.com";
        let sso = SsoInstance::new(SSO_START_URL, SSO_REGION, "ana@example.com")
            .with_account("111111111111", "Development", &["Developer", "ReadOnly"])
            .with_account("222222222222", "Production", &["ReadOnly"])
            .with_account("333333333333", "Staging", &["Developer", "ReadOnly"])
            .with_account("444444444444", "Sandbox", &["Administrator"]);
        World::default()
            .with_user(User::new("dev", "111111111111"))
            .with_user(User::new("ana", "111111111111").with_mfa())
            .with_role(
                Role::new("arn:aws:iam::222222222222:role/ops")
                    .trusting(&["arn:aws:iam::111111111111:root"])
                    .requiring_mfa()
                    .lasting(43_200),
            )
            .with_role(
                Role::new("arn:aws:iam::222222222222:role/audit").trusting(&["arn:aws:iam::111111111111:root"]).requiring_mfa(),
            )
            .with_role(Role::new("arn:aws:iam::111111111111:role/tools").lasting(14_400))
            .with_role(Role::new("arn:aws:iam::333333333333:role/deploy").trusting(&["arn:aws:iam::111111111111:role/tools"]))
            .with_role(
                Role::new("arn:aws:iam::222222222222:role/partner").trusting(&["111111111111"]).with_external_id(EXTERNAL_ID),
            )
            .with_role(Role::new("arn:aws:iam::111111111111:role/ci").trusting(&[provider]))
            .with_role(Role::new("arn:aws:iam::111111111111:role/instance").trusting(&["ec2.amazonaws.com"]))
            .with_role(Role::new("arn:aws:iam::333333333333:role/backup").trusting(&["arn:aws:iam::111111111111:role/instance"]))
            .with_role(Role::new("arn:aws:iam::111111111111:role/task").trusting(&["ecs-tasks.amazonaws.com"]))
            .with_role(Role::new(PROCESS_ROLE))
            .with_sso(sso)
            .with_sso_token(SSO_START_URL, "-demo", 8 * 3600)
            .with_console_identity(LOGIN_ARN)
            .with_web_identity_token(WEB_IDENTITY_TOKEN, "repo:example/app", provider)
            .on_instance("arn:aws:iam::111111111111:role/instance", "us-east-1")
            .in_container("arn:aws:iam::111111111111:role/task", "demo-container-token")
    }
}
