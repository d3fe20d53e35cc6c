//! The region of everything.

use awsenv_profile::Section;

use super::{Region, Shadowed};
use crate::error::{Advice, Problem};
use crate::region::{self, Verdict};
use crate::{EnvSnapshot, Provenance, Request, settings};

/// The region that counts, and a note of every other one that was said.
pub(super) fn choose_region(
    section: Option<Section<'_>>,
    request: &Request,
    env: &EnvSnapshot,
    shadowed: &mut Vec<Shadowed>,
    advice: &mut Vec<Advice>,
) -> Result<Option<Region>, Problem> {
    let empty = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().filter(|name| env.text(name) == Some(""));
    advice.extend(empty.map(|name| Advice::EmptyVariable { name }));
    let candidates = settings::region_candidates(section, request, env);
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
