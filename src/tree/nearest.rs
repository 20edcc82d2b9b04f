//! The name that was probably meant.

/// Longer names are not compared: the time is the product of both lengths.
const LONGEST: usize = 100;

/// The name closest to `wanted`, if one is close: at most a third of its characters typed wrongly,
/// left out, added or swapped with their neighbour, upper and lower case being the same. Of equally
/// close names, the first.
pub(crate) fn nearest<'n>(
    wanted: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let wanted: Vec<char> = folded(wanted).take(LONGEST + 1).collect();
    if wanted.len() > LONGEST {
        return None;
    }
    let most = (wanted.len() / 3)
        .max(1)
        .min(wanted.len().saturating_sub(1));
    let close = names.into_iter().filter_map(|name| {
        let letters: Vec<char> = folded(name).take(LONGEST + 1).collect();
        let near = letters.len().abs_diff(wanted.len()) <= most;
        let distance = near.then(|| distance(&wanted, &letters))?;
        (distance <= most).then_some((distance, name))
    });
    close
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

/// How many letters to replace, remove, add or swap with their neighbour to turn `one` into `two`:
/// the optimal string alignment distance, three rows at a time.
fn distance(one: &[char], two: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in two.iter().enumerate() {
            let replaced = above[j] + usize::from(a != b);
            let mut best = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == two[j - 1] && one[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (one, two, edits) in [
            ("", "", 0),
            ("", "ab", 2),
            ("base", "bsae", 1),
            ("base", "bse", 1),
            ("base", "basis", 2),
            ("kitten", "sitting", 3),
        ] {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(distance(&letters(one), &letters(two)), edits);
            assert_eq!(distance(&letters(two), &letters(one)), edits);
        }
    }

    #[test]
    fn names_what_is_close_and_nothing_else() {
        let names = ["base", "deployment.yaml", "prod", "x"];
        let meant = |wanted| nearest(wanted, names);
        assert_eq!(meant("bse"), Some("base"));
        assert_eq!(meant("deployment.yml"), Some("deployment.yaml"));
        assert_eq!(meant("Deployment.yaml"), Some("deployment.yaml"));
        assert_eq!(meant("service.yaml"), None);
        assert_eq!(meant("y"), None);
        assert_eq!(meant(""), None);
        assert_eq!(meant(&"x".repeat(1_000_000)), None);
    }
}
