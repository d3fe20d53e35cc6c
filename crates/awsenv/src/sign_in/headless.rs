//! Which way a person can sign in from here.

use awsenv_host::NoBrowser;
use awsenv_resolve::SsoSession;

use super::Wishes;
use crate::context::Context;
use crate::settings::Settings;

/// How a sign-in goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// In a browser that awsenv opens, and that comes back to this machine.
    Browser,
    /// The same, with the page opened by the person.
    PrintedUrl,
    /// With a code, on any device.
    Device,
}

/// Chooses, and says why where it is not what one would expect.
pub(super) fn way(context: &Context, settings: &Settings, session: &SsoSession, wishes: Wishes) -> (Way, Option<&'static str>) {
    if wishes.device_code || session.name.is_none() {
        return (Way::Device, None);
    }
    if wishes.no_browser {
        return (Way::PrintedUrl, None);
    }
    match context.host.no_browser(settings.browser.as_deref()) {
        None => (Way::Browser, None),
        Some(why) => (Way::Device, Some(words(why))),
    }
}

pub(super) const fn words(why: NoBrowser) -> &'static str {
    match why {
        NoBrowser::Ssh => "this is an SSH connection",
        NoBrowser::Codespaces => "this is a codespace",
        NoBrowser::Ci => "this is a build",
        NoBrowser::Container => "this is a container",
        NoBrowser::NoDisplay => "there is no display",
    }
}
