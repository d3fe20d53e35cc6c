//! The region of everything.

use awsenv_profile::Section;

use super::{Region, Shadowed};
use crate::error::{Advice, Problem};
use crate::region::{self, Verdict};
use crate::{EnvSnapshot, Provenance, Request, Sourced};

/// `--region`, then `AWS_REGION`, `AWS_DEFAULT_REGION`, then the profile's: the AWS CLI's order.
pub(super) fn choose_region(
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
