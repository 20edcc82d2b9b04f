#!/usr/bin/env python3
"""Prints src/yaml/write/unicode.rs: the letters and digits that Go's `unicode` package knows.

Go 1.21 to 1.26 carry Unicode 15.0.0; the module `unicodedata2==15.0.0` of PyPI has its data:

    pip install unicodedata2==15.0.0
    python3 tools/unicode.py > src/yaml/write/unicode.rs
"""

import sys

import unicodedata2

assert unicodedata2.unidata_version == "15.0.0"


def ranges(belongs):
    """The ranges of code points beyond ASCII whose category `belongs`."""
    found = []
    for code in range(0x80, sys.maxunicode + 1):
        if belongs(unicodedata2.category(chr(code))):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return found


def table(name, doc, found):
    print(f"\n/// {doc}")
    print("#[rustfmt::skip]")
    print(f"static {name}: [(u32, u32); {len(found)}] = [")
    for at in range(0, len(found), 6):
        row = found[at : at + 6]
        print("    " + " ".join(f"(0x{a:X}, 0x{b:X})," for a, b in row))
    print("];")


print("""\
//! The letters (L) and decimal digits (Nd) of Unicode 15.0.0, which Go 1.21 to 1.26 sort by.
//!
//! `char::is_alphabetic` and `is_numeric` are other sets. Made by `tools/unicode.py`.

/// Go's `unicode.IsLetter`.
pub(super) fn is_letter(char: char) -> bool {
    char.is_ascii_alphabetic() || !char.is_ascii() && is_in(&LETTERS, char)
}

/// Go's `unicode.IsDigit`.
pub(super) fn is_digit(char: char) -> bool {
    char.is_ascii_digit() || !char.is_ascii() && is_in(&DIGITS, char)
}

fn is_in(ranges: &[(u32, u32)], char: char) -> bool {
    let code = u32::from(char);
    let at = ranges.partition_point(|&(_, last)| last < code);
    ranges.get(at).is_some_and(|&(first, _)| first <= code)
}""")
table("LETTERS", "First and last code points of the ranges of letters.", ranges(lambda category: category[0] == "L"))
table("DIGITS", "First and last code points of the ranges of digits.", ranges(lambda category: category == "Nd"))
