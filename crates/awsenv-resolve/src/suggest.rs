//! "Did you mean …": the nearest names.

/// Returns up to three of `candidates` that a person may have meant by `typed`, nearest first: those a few slips of the
/// finger away, then those that contain it.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let lower = typed.to_lowercase();
    let allowed = (typed.chars().count() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            if other == lower {
                return Some((0, candidate));
            }
            let distance = distance(&lower, &other, allowed);
            let contains = lower.len() >= 2 && (other.contains(&lower) || (other.len() >= 3 && lower.contains(&other)));
            distance.or(contains.then_some(allowed + 1)).map(|rank| (rank, candidate))
        })
        .collect();
    found.sort_by(|a, b| (a.0, a.1.len(), a.1).cmp(&(b.0, b.1.len(), b.1)));
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}

/// The number of insertions, deletions, replacements and swaps of neighbours between two words (optimal string
/// alignment), or `None` when it is more than `limit`.
#[must_use]
pub fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        if row.iter().all(|cell| *cell > limit) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_come_before_parts() {
        for (typed, candidates, expected) in [
            ("prdo", vec!["prod", "dev"], vec!["prod"]),
            ("prod", vec!["prod-admin", "prd", "dev"], vec!["prd", "prod-admin"]),
            ("PROD", vec!["prod", "dev"], vec!["prod"]),
            ("us-esat-1", vec!["us-east-1", "us-east-2", "eu-west-1"], vec!["us-east-1", "us-east-2"]),
            ("zzz", vec!["prod", "dev"], vec![]),
            ("", vec!["prod"], vec![]),
        ] {
            assert_eq!(nearest(typed, candidates), expected, "{typed}");
        }
    }
}
