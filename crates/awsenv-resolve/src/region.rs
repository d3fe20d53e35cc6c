//! Regions and partitions, as far as they must be known without a network.

use crate::suggest;

/// The regions known when this was written, of every partition (AWS Regions reference).
pub const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// What a region's name is worth.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is in the list.
    Known,
    /// It is not in the list but is shaped like one (`eu-west-9`): perhaps newer than this program.
    Plausible,
    /// It is none; these may have been meant.
    Unknown(Vec<String>),
}

/// Judges a region's name. A new region must not need a new awsenv, so a name made of known words is let through.
pub fn judge(name: &str) -> Verdict {
    if KNOWN.contains(&name) {
        return Verdict::Known;
    }
    let areas = [
        "af", "ap", "ca", "cn", "eu", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso", "us-isob", "us-isof",
        "eu-isoe",
    ];
    let directions = ["central", "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"];
    let plausible = || {
        let (rest, number) = name.rsplit_once('-')?;
        let (area, direction) = rest.rsplit_once('-')?;
        let numbered = (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
        (numbered && areas.contains(&area) && directions.contains(&direction)).then_some(())
    };
    if plausible().is_some() { Verdict::Plausible } else { Verdict::Unknown(suggest::nearest(name, KNOWN.iter().copied())) }
}

/// Returns the partition that a region is in.
pub fn partition_of(region: &str) -> &'static str {
    match region {
        _ if region.starts_with("cn-") => "aws-cn",
        _ if region.starts_with("us-gov-") => "aws-us-gov",
        _ if region.starts_with("eusc-") => "aws-eusc",
        _ if region.starts_with("us-iso-") => "aws-iso",
        _ if region.starts_with("us-isob-") => "aws-iso-b",
        _ if region.starts_with("us-isof-") => "aws-iso-f",
        _ if region.starts_with("eu-isoe-") => "aws-iso-e",
        _ => "aws",
    }
}

/// Returns the region in which a partition's STS is asked when nobody named one.
pub fn default_of_partition(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-eusc" => "eusc-de-east-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        "aws-iso-e" => "eu-isoe-west-1",
        "aws-iso-f" => "us-isof-south-1",
        _ => "us-east-1",
    }
}

/// The regions whose STS calls go to the global endpoint under `sts_regional_endpoints = legacy` (AWS SDKs and Tools
/// Reference Guide, "AWS STS Regional endpoints").
pub const LEGACY_GLOBAL_STS: &[&str] = &[
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_names() {
        assert_eq!(judge("eu-west-1"), Verdict::Known);
        assert_eq!(judge("eu-west-9"), Verdict::Plausible);
        assert_eq!(judge("mx-north-1"), Verdict::Plausible);
        assert_eq!(judge("us-esat-1"), Verdict::Unknown(vec!["us-east-1".into(), "us-east-2".into(), "us-west-1".into()]));
        for name in ["", "nowhere", "eu-west-", "eu-west-1;rm", "EU-WEST-1", "eu west 1", "eu-west-1.evil.example"] {
            assert!(matches!(judge(name), Verdict::Unknown(_)), "{name}");
        }
    }

    #[test]
    fn every_known_region_has_a_partition_with_a_default_in_it() {
        for region in KNOWN {
            let partition = partition_of(region);
            assert_eq!(partition_of(default_of_partition(partition)), partition, "{region}");
        }
    }
}
