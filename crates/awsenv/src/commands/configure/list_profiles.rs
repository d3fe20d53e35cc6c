//! `awsenv configure list-profiles`

use awsenv_profile::FileKind;

use crate::context::Context;
use crate::report::Report;
use crate::stdout;

pub(super) fn run(context: &Context) -> Result<(), Report> {
    let profiles = context.profiles()?;
    let is_in_config = |section: &awsenv_profile::Section<'_>| section.files().contains(&FileKind::Config);
    let (mut first, second): (Vec<_>, Vec<_>) = profiles.profiles().partition(is_in_config);
    let place = |section: &awsenv_profile::Section<'_>, file| section.span_in(file).map(|span| span.start);
    first.sort_by_key(|section| place(section, FileKind::Config));
    let mut second = second;
    second.sort_by_key(|section| place(section, FileKind::Credentials));
    first.extend(second);
    let names: String = first.iter().map(|section| format!("{}\n", section.name())).collect();
    stdout::write(names.as_bytes())
}
