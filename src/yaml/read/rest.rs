//! What stands behind the first document of a text.

use crate::source::Source;

/// Where something stands behind the end of the first document, which no reader of a single
/// document looks at. Comments and markers are nothing.
///
/// At the first column `---` and `...` end a document wherever they stand, so that lines are all
/// there is to look at.
pub(crate) fn second_document(source: &Source) -> Option<usize> {
    let (mut begun, mut ended, mut start) = (false, false, 0);
    for line in source.bytes().split(|byte| *byte == b'\n') {
        let content = line.iter().position(|byte| !byte.is_ascii_whitespace());
        let is_marker = |marker: &[u8]| {
            let rest = line.strip_prefix(marker);
            rest.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
        };
        match content {
            _ if is_marker(b"---") || is_marker(b"...") => ended |= begun,
            Some(at) if line[at] != b'#' && line[0] != b'%' => {
                if ended {
                    return Some(start + at);
                }
                begun = true;
            }
            _ => {}
        }
        start += line.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn finds_what_is_not_read() {
        for (text, offset) in [
            ("a: 1\n", None),
            ("---\na: 1\n---\n# c\n", None),
            ("%YAML 1.1\n---\na: 1\n...\n", None),
            ("a: 1\n---\n\n b: 2\n", Some(11)),
            ("a: 1\n...\nb: 2", Some(9)),
            ("a: |\n  ---\n  b\n", None),
            ("a: ---x\n---x: 1\n", None),
        ] {
            let source = Source::new(SourceId(1), "x", text.to_owned()).unwrap();
            assert_eq!(second_document(&source), offset, "{text:?}");
        }
    }
}
