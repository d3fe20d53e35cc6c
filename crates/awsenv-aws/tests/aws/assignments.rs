//! Everything that a person may use in Identity Center, also where that is much.

use std::time::{Duration, Instant};

use awsenv_aws::{Aws, AwsErrorKind, TimeLimits};
use awsenv_resolve::Secret;
use fake_aws::{Effect, FakeAws, Rule, SsoInstance, World};

use crate::support::{aws, aws_at, check, quick};

const URL: &str = "https://big.awsapps.com/start";
const REGION: &str = "eu-west-1";

fn company(accounts: usize) -> (FakeAws, Aws, Secret) {
    let mut instance = SsoInstance::new(URL, REGION, "ana@example.com");
    for number in 0..accounts {
        instance = instance.with_account(&format!("{number:012}"), &format!("Account {number}"), &["Admin", "ReadOnly"]);
    }
    let world = World::default().with_sso(instance).with_sso_token(URL, "big", 3_600);
    let server = FakeAws::start(world).expect("a port on loopback");
    let token = server.world(|world| world.sso_tokens[0].access_token.clone());
    let aws = aws(&server);
    (server, aws, Secret::new(token))
}

fn ids(accounts: usize) -> Vec<String> {
    (0..accounts).map(|number| format!("{number:012}")).collect()
}

fn texts(ids: &[String]) -> Vec<&str> {
    ids.iter().map(String::as_str).collect()
}

#[test]
fn two_thousand_accounts_come_in_pages_and_their_roles_beside_each_other() {
    let (server, aws, token) = company(2_000);
    let mut seen = Vec::new();
    let accounts = aws.list_sso_accounts(REGION, &token, &mut |known| seen.push(known)).expect("a good token");
    assert_eq!(seen, (1..=20).map(|page| page * 100).collect::<Vec<_>>());
    let last = accounts.last().expect("an account");
    let named = (last.id.as_str(), last.name.as_str(), last.email.as_str());
    assert_eq!((accounts.len(), named), (2_000, ("000000001999", "Account 1999", "account-1999@example.com")));
    let ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    let mut done = 0;
    let roles = aws.list_sso_roles(REGION, &token, &ids, &mut |count| done = count).expect("a good token");
    assert!(roles.iter().all(|roles| roles.as_deref() == Ok(&["Admin".to_owned(), "ReadOnly".to_owned()])));
    assert_eq!((roles.len(), done), (2_000, 2_000));
    assert_eq!((server.count("ListAccounts"), server.count("ListAccountRoles")), (20, 2_000));
}

#[test]
fn roles_come_in_pages_too() {
    let (server, aws, token) = company(1);
    let many: Vec<String> = (0..230).map(|number| format!("Role{number}")).collect();
    server.world(|world| world.sso[0].accounts[0].roles.clone_from(&many));
    let roles = aws.list_sso_roles(REGION, &token, &["000000000000"], &mut |_| ()).expect("a good token");
    assert_eq!(roles, [Ok(many)]);
    assert_eq!(server.count("ListAccountRoles"), 3);
}

#[test]
fn who_is_too_fast_slows_down_and_gets_everything() {
    let (server, aws, token) = company(150);
    server.world(|world| world.sso[0].listings_per_second = Some(40));
    let ids = ids(150);
    let begun = Instant::now();
    let roles = aws.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()).expect("patience");
    assert!(roles.iter().all(Result::is_ok) && roles.len() == 150);
    let refused = server.requests().iter().filter(|request| request.status == 429).count();
    assert!(refused > 0, "it was never too fast");
    assert!(refused < 60, "{refused} refusals for 150 answers are no slowing down");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_pause_is_for_everyone() {
    let (server, aws, token) = company(40);
    server.script(Rule::new("ListAccountRoles", Effect::Throttle).times(1).after(10));
    let ids = ids(40);
    let roles = aws.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()).expect("patience");
    assert!(roles.iter().all(Result::is_ok));
    assert_eq!(server.count("ListAccountRoles"), 41, "each once, and the one that was refused once more");
}

#[test]
fn patience_ends() {
    let (server, _, token) = company(20);
    server.script(Rule::new("sso:*", Effect::Throttle));
    let short =
        TimeLimits { connect: Duration::from_secs(1), attempt: Duration::from_secs(1), operation: Duration::from_secs(1) };
    let aws = aws(&server).with_time_limits(short);
    check(aws.list_sso_accounts(REGION, &token, &mut |_| ()), AwsErrorKind::Throttled, "");
    let ids = ids(20);
    let error = check(aws.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()), AwsErrorKind::Throttled, "");
    assert_eq!(error.operation, "ListAccountRoles");
}

#[test]
fn an_account_that_is_refused_leaves_the_others() {
    let (server, aws, token) = company(3);
    server.script(Rule::new("ListAccountRoles", Effect::Deny).with("account_id", "000000000001"));
    let ids = ids(3);
    let roles = aws.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()).expect("the others");
    let kinds: Vec<_> = roles.iter().map(|roles| roles.as_ref().err().map(|error| error.kind)).collect();
    assert_eq!(kinds, [None, Some(AwsErrorKind::AccessDenied), None]);
}

#[test]
fn failures_that_pass_are_repeated_and_others_end_it() {
    let (server, aws, token) = company(5);
    let ids = ids(5);
    server.script(Rule::new("ListAccountRoles", Effect::ServerError).times(1));
    server.script(Rule::new("ListAccountRoles", Effect::CloseConnection).times(1).after(2));
    let roles = aws.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()).expect("a second attempt");
    assert!(roles.iter().all(Result::is_ok) && roles.len() == 5);
    server.clear_script();
    server.script(Rule::new("ListAccountRoles", Effect::Expire).after(2));
    check(aws.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()), AwsErrorKind::SignInExpired, "not found or invalid");
    let error = check(aws.list_sso_accounts(REGION, &Secret::new("other"), &mut |_| ()), AwsErrorKind::SignInExpired, "");
    assert!(!format!("{error:?}").contains("other"));
    let nobody = quick(aws_at("http://127.0.0.1:9", &[("AWS_MAX_ATTEMPTS", "1")]));
    check(nobody.list_sso_roles(REGION, &token, &texts(&ids), &mut |_| ()), AwsErrorKind::Network, "");
}
