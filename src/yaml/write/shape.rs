//! In which styles go-yaml v2 can print a text (`yaml_emitter_analyze_scalar` in `emitterc.go`).

use std::borrow::Cow;

use crate::yaml::resolve::is_special_in_yaml11;

/// What a look at every character of a text finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// It holds line breaks of any kind.
    pub(super) multiline: bool,
    /// It holds `\n`.
    pub(super) newline: bool,
    /// It holds U+0085.
    pub(super) next_line: bool,
    /// It holds spaces, so that it may have to be folded.
    pub(super) spaces: bool,
    /// It can be printed without quotes, as far as its characters go.
    pub(super) plain: bool,
    /// It can stand in single quotes.
    pub(super) single: bool,
    /// It can be a literal (`|`).
    pub(super) literal: bool,
    /// Its bytes are printable ASCII and `\n`.
    pub(super) ascii: bool,
}

/// The text holds a character that cannot pass through JSON.
#[derive(Debug)]
pub(super) struct Forbidden;

const SPACE: u8 = 1;
const COLON: u8 = 2;
const HASH: u8 = 4;
const NEWLINE: u8 = 8;
const OTHER: u8 = 16;
/// At the beginning it can make a text something else than a plain string.
const FIRST: u8 = 32;
/// At the beginning it can do so only by a word such as `true`.
const WORD: u8 = 64;

/// The length of the longest such word.
const LONGEST_WORD: usize = b"false".len();

/// What each byte means; 0 for what never matters.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        classes[byte] = 0;
        byte += 1;
    }
    let first = b"0123456789+-.~,[]{}&*!|>'\"%@`?";
    let mut at = 0;
    while at < first.len() {
        classes[first[at] as usize] = FIRST;
        at += 1;
    }
    let word = b"nNtTfFyYoO";
    at = 0;
    while at < word.len() {
        classes[word[at] as usize] = WORD;
        at += 1;
    }
    classes[b' ' as usize] = SPACE;
    classes[b':' as usize] = COLON;
    classes[b'#' as usize] = HASH;
    classes[b'\n' as usize] = NEWLINE;
    classes
};

/// Whether a text is printed as it stands wherever that is: what most keys and values are.
///
/// Where no blank is, a colon means something at the end only, and `#` at the beginning.
#[inline(always)]
pub(super) fn is_trivial(text: &[u8]) -> bool {
    let (Some(&first), Some(&last)) = (text.first(), text.last()) else {
        return false;
    };
    let begins_a_string = match CLASSES[first as usize] {
        0 | COLON => true,
        WORD => text.len() > LONGEST_WORD || !is_special_in_yaml11(text),
        _ => false,
    };
    begins_a_string && last != b':' && is_graphic(text)
}

/// Whether all bytes are printable ASCII and none is a space, eight at a time.
#[inline(always)]
fn is_graphic(text: &[u8]) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    // In the first byte that is out of range, and in none before it, one of the three sets the
    // highest bit.
    let marks = |bytes: u64| bytes.wrapping_sub(0x21 * ONES) | bytes.wrapping_add(ONES) | bytes;
    let are_graphic = |marks: u64| marks & (0x80 * ONES) == 0;
    let word = |bytes: &[u8; 8]| marks(u64::from_le_bytes(*bytes));
    if let (Some(start), Some(end)) = (text.first_chunk(), text.last_chunk()) {
        let is_inside = |bytes: &[u8; 8]| are_graphic(word(bytes));
        are_graphic(word(start) | word(end))
            && (text.len() <= 16 || text[8..].as_chunks().0.iter().all(is_inside))
    } else if let (Some(start), Some(end)) = (text.first_chunk(), text.last_chunk()) {
        let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
        are_graphic(marks(half(start) | half(end) << 32))
    } else {
        text.iter().all(u8::is_ascii_graphic)
    }
}

/// The classes of all bytes.
#[inline]
fn find_classes(text: &[u8]) -> u8 {
    let (chunks, rest) = text.as_chunks::<16>();
    let mut found = rest
        .iter()
        .fold(0, |found, &byte| found | CLASSES[byte as usize]);
    // Written so that the compiler can look at sixteen bytes at once; only these are of interest.
    let class = |is: bool, class: u8| if is { class } else { 0 };
    for chunk in chunks {
        let mut lanes = [0; 16];
        for (lane, &byte) in lanes.iter_mut().zip(chunk) {
            *lane = class(byte == b' ', SPACE)
                | class(byte == b':', COLON)
                | class(byte == b'#', HASH)
                | class(byte == b'\n', NEWLINE)
                | class(
                    byte.wrapping_sub(b' ') > b'~' - b' ' && byte != b'\n',
                    OTHER,
                );
        }
        found |= lanes.iter().fold(0, |found, lane| found | lane);
    }
    found
}

/// Looks at every byte once; texts of printable ASCII, which is nearly all, at no more than that.
#[inline]
pub(super) fn of(text: &[u8]) -> Result<Shape, Forbidden> {
    let found = find_classes(text);
    if found & OTHER != 0 {
        return of_any(text);
    }
    let (first, last) = (text.first(), text.last());
    let newline = found & NEWLINE != 0;
    let ends_in_space = last == Some(&b' ');
    let space_break = newline && found & SPACE != 0 && has_pair(text, b' ', b'\n');
    let break_space = newline && found & SPACE != 0 && has_pair(text, b'\n', b' ');
    let indicator = is_indicator(text)
        || found & COLON != 0 && (last == Some(&b':') || has_pair(text, b':', b' '))
        || found & HASH != 0 && has_pair(text, b' ', b'#');
    Ok(Shape {
        multiline: newline,
        newline,
        next_line: false,
        spaces: found & SPACE != 0,
        plain: !newline && !indicator && !ends_in_space && first != Some(&b' '),
        single: !space_break && !break_space,
        literal: !space_break && !ends_in_space,
        ascii: true,
    })
}

/// Whether `second` comes right behind `first` anywhere.
fn has_pair(text: &[u8], first: u8, second: u8) -> bool {
    memchr::memchr_iter(second, text).any(|at| at > 0 && text[at - 1] == first)
}

/// Whether the beginning of a text means something in YAML.
fn is_indicator(text: &[u8]) -> bool {
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    match first {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => true,
        b'-' | b'?' | b':' => {
            matches!(rest.first(), None | Some(b' ' | b'\t')) || text.starts_with(b"---")
        }
        b'.' => text.starts_with(b"..."),
        _ => false,
    }
}

/// The same for any text.
#[cold]
fn of_any(text: &[u8]) -> Result<Shape, Forbidden> {
    let text = std::str::from_utf8(text).unwrap_or_default();
    let mut shape = Shape::default();
    let (mut special, mut indicator) = (false, is_indicator(text.as_bytes()));
    let (mut break_space, mut space_break) = (false, false);
    let mut previous = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if is_forbidden(char) {
            return Err(Forbidden);
        }
        special |= !is_printable(char);
        shape.multiline |= is_break(char);
        shape.newline |= char == '\n';
        shape.next_line |= char == '\u{85}';
        shape.spaces |= char == ' ';
        break_space |= char == ' ' && previous.is_some_and(is_break);
        space_break |= is_break(char) && previous == Some(' ');
        let before_blank = matches!(chars.peek(), None | Some(' ' | '\t'));
        let after_blank = previous.is_some_and(|char| matches!(char, ' ' | '\t') || is_break(char));
        indicator |= char == ':' && before_blank || char == '#' && after_blank;
        previous = Some(char);
    }
    let edge = |char: char| char == ' ' || is_break(char);
    shape.single = !special && !break_space && !space_break;
    shape.literal = !special && !space_break && !text.ends_with(' ');
    shape.plain = shape.single
        && !shape.multiline
        && !indicator
        && !text.starts_with(edge)
        && !text.ends_with(edge);
    Ok(shape)
}

/// The longest key that can be written as `key:`, in bytes.
pub(super) const SIMPLE_KEY: usize = 128;

/// Whether a text can be written as `key:`; otherwise it is `? key`.
pub(super) fn is_simple_key(text: &str) -> bool {
    text.len() <= SIMPLE_KEY && !text.contains(is_break)
}

/// What go-yaml counts as a line break.
pub(in crate::yaml) fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What go-yaml prints unescaped: nothing beyond the basic plane, and no tab.
pub(in crate::yaml) fn is_printable(char: char) -> bool {
    matches!(char, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        && char != '\u{FEFF}'
}

/// What the reader of the JSON refuses. Below the space JSON escapes everything, so that only the
/// rest is seen.
pub(super) fn is_forbidden(char: char) -> bool {
    matches!(char, '\u{7F}'..='\u{84}' | '\u{86}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The text as it is read from its JSON string, where U+0085 is a line break that folds: blanks
/// around it go, one break is a space and *n* are *n* - 1 newlines.
pub(super) fn without_next_lines(text: &str) -> Result<Cow<'_, str>, Forbidden> {
    const NEL: char = '\u{85}';
    let Some((head, mut rest)) = text.split_once(NEL) else {
        return Ok(Cow::Borrowed(text));
    };
    let mut out = head.trim_end_matches(' ').to_owned();
    loop {
        let mut newlines = 0;
        let mut column = 0;
        loop {
            let trimmed = rest.trim_start_matches(' ');
            column += rest.len() - trimmed.len();
            rest = trimmed;
            let Some(next) = rest.strip_prefix(NEL) else {
                break;
            };
            (rest, column) = (next, 0);
            newlines += 1;
        }
        // Here the reader sees the end of a document.
        let is_marker = rest.starts_with("---") || rest.starts_with("...");
        if column == 0 && is_marker && rest[3..].starts_with([' ', NEL]) {
            return Err(Forbidden);
        }
        match newlines {
            0 => out.push(' '),
            _ => out.extend(std::iter::repeat_n('\n', newlines)),
        }
        match rest.split_once(NEL) {
            Some((line, after)) => {
                out.push_str(line.trim_end_matches(' '));
                rest = after;
            }
            None => {
                out.push_str(rest);
                return Ok(Cow::Owned(out));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fast path must find what the slow one finds.
    #[test]
    fn both_paths_agree_on_ascii() {
        const ALPHABET: &[u8] = b"a-?:#. \n'[";
        let mut text = Vec::new();
        for number in 0..ALPHABET.len().pow(5) {
            text.clear();
            let mut rest = number;
            while rest > 0 {
                text.push(ALPHABET[rest % ALPHABET.len()]);
                rest /= ALPHABET.len();
            }
            let (fast, mut slow) = (of(&text).unwrap(), of_any(&text).unwrap());
            slow.ascii = true;
            assert_eq!(fast, slow, "{:?}", text.escape_ascii().to_string());
        }
    }

    /// What is said to be trivial must be so for those who look closely.
    #[test]
    fn trivial_texts_are_plain_everywhere() {
        let is_plain = |text: &[u8]| {
            of(text).is_ok_and(|shape| shape.plain && !shape.spaces) && !is_special_in_yaml11(text)
        };
        let mut texts: Vec<Vec<u8>> = Vec::new();
        for word in [
            "", "true", "False", "no", "on", "null", "y", "~", "name", "::", "a#", "---",
        ] {
            for byte in 0..0x80 {
                for length in [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17] {
                    let filled = [word.as_bytes(), &vec![b'a'; length]].concat();
                    texts.push([&filled[..], &[byte]].concat());
                    texts.push([&[byte], &filled[..]].concat());
                    texts.push([&filled[..], &[byte], b"z"].concat());
                }
            }
        }
        for text in &texts {
            let shown = text.escape_ascii();
            assert!(!is_trivial(text) || is_plain(text), "{shown}");
            let begins_so = matches!(CLASSES[text[0] as usize], 0 | COLON | WORD);
            assert!(!begins_so || !is_plain(text) || is_trivial(text), "{shown}");
        }
        for text in ["", "é", "aé", "abcdefgé", "a\u{7F}"] {
            assert!(!is_trivial(text.as_bytes()), "{text}");
        }
        assert!(is_trivial(b"registry.example.com:5000/shop/main:v2.0.0"));
    }

    #[test]
    fn next_lines_fold() {
        for (text, expected) in [
            ("a\u{85}b", Some("a b")),
            ("a  \u{85}  b  ", Some("a b  ")),
            ("a\u{85}\u{85} \u{85}b", Some("a\n\nb")),
            ("a\u{85}b\u{85}", Some("a b ")),
            ("\u{85}", Some(" ")),
            ("a\u{85}--- b", None),
            ("a\u{85} --- b", Some("a --- b")),
            ("a\u{85}---b", Some("a ---b")),
        ] {
            let text = without_next_lines(text);
            assert_eq!(text.ok().as_deref(), expected);
        }
    }
}
