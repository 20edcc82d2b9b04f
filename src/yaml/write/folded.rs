//! What a folded text becomes when go-yaml v3 prints it with `>` and reads it back.
//!
//! Its writer decides whether a line break needs a second one by looking at the text's beginning
//! instead of the place where it is (`yaml_emitter_write_folded_scalar`), so breaks before indented
//! lines double and texts that begin with a space lose breaks.

use super::shape::is_break;

/// The text after the round trip, if that changes it.
pub(crate) fn reread(text: &str) -> Option<String> {
    if !text.trim_end_matches('\n').contains(is_break) {
        // The lines are those of one paragraph; only a run of final breaks can still grow.
        if !text.ends_with("\n\n") {
            return None;
        }
    }
    let reread = unfold(&fold(text), Chomp::of(text));
    (reread != text).then_some(reread)
}

/// The lines that the writer prints, without their indentation.
fn fold(text: &str) -> String {
    let doubles = !text.trim_start_matches(is_break).starts_with([' ', '\t']);
    let mut out = String::with_capacity(text.len() + 16);
    let (mut at_start, mut indented) = (true, true);
    for char in text.chars() {
        if is_break(char) {
            if char == '\n' && !at_start && !indented && doubles {
                out.push('\n');
            }
            at_start = true;
        } else {
            if at_start {
                indented = matches!(char, ' ' | '\t');
            }
            at_start = false;
        }
        out.push(char);
    }
    out
}

/// What happens to the breaks at the end of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl Chomp {
    /// The one that the writer chooses for a text.
    fn of(text: &str) -> Self {
        let mut ends = text.chars().rev();
        match (ends.next().is_some_and(is_break), ends.next()) {
            (false, _) => Self::Strip,
            (true, None) => Self::Keep,
            (true, Some(char)) if is_break(char) => Self::Keep,
            (true, Some(_)) => Self::Clip,
        }
    }
}

/// The reader's half (`yaml_parser_scan_block_scalar`).
fn unfold(lines: &str, chomp: Chomp) -> String {
    let mut out = String::with_capacity(lines.len());
    let (mut breaks, mut rest) = split_breaks(lines);
    let mut leading_break = "";
    let mut was_indented = false;
    while !rest.is_empty() {
        let indented = rest.starts_with([' ', '\t']);
        if !leading_break.starts_with('\n') || was_indented || indented {
            out.push_str(leading_break);
        } else if breaks.is_empty() {
            out.push(' ');
        }
        out.push_str(breaks);
        was_indented = indented;
        let end = rest.find(is_break).unwrap_or(rest.len());
        out.push_str(&rest[..end]);
        let after = rest[end..]
            .chars()
            .next()
            .map_or(end, |char| end + char.len_utf8());
        leading_break = &rest[end..after];
        (breaks, rest) = split_breaks(&rest[after..]);
    }
    if chomp != Chomp::Strip {
        out.push_str(leading_break);
    }
    if chomp == Chomp::Keep {
        out.push_str(breaks);
    }
    out
}

/// The breaks that a text begins with, and what follows.
fn split_breaks(text: &str) -> (&str, &str) {
    let rest = text.trim_start_matches(is_break);
    text.split_at(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_odd_texts_change() {
        for (text, expected) in [
            ("one line", None),
            ("one line\n", None),
            ("one\ntwo\n\nthree\n", None),
            ("one\n  two\n", Some("one\n\n  two\n")),
            ("one\n\n\n", Some("one\n\n\n\n")),
            (" one\ntwo\nthree\n", Some(" one\ntwo three\n")),
            ("\n\none\n", None),
            ("one\u{2028}two", None),
        ] {
            assert_eq!(reread(text).as_deref(), expected, "{text:?}");
        }
    }
}
