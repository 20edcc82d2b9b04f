use super::*;

fn is_match(pattern: &str, text: &str) -> bool {
    Pattern::anchored(pattern).unwrap().is_match(text)
}

#[test]
fn what_go_matches_matches() {
    for (pattern, texts) in [
        ("", &[""][..]),
        ("web", &["web"]),
        ("web-.*", &["web-", "web-1"]),
        ("a|b", &["a", "b"]),
        (".*", &["", "a\u{e9}"]),
        ("(?s).", &["\n"]),
        ("(?s:.)x(?-s:.)", &["\nxy"]),
        ("a{2}", &["aa"]),
        ("a{2,}", &["aa", "aaaa"]),
        ("a{0,1}b{0}", &["", "a"]),
        ("a{", &["a{"]),
        ("a{,5}", &["a{,5}"]),
        ("a{1", &["a{1"]),
        ("a{01}", &["a{01}"]),
        ("{a}", &["{a}"]),
        ("{1", &["{1"]),
        ("]}", &["]}"]),
        ("\\Qa.b\\E+", &["a.b", "a.bb"]),
        ("\\Q\\\\E", &["\\"]),
        ("\\pL\\PL", &["\u{e9}1"]),
        ("\\p{Greek}+", &["\u{3b1}\u{3b2}"]),
        ("\\p{^Greek}", &["a"]),
        ("\\P{^Lu}", &["A"]),
        ("[\\p{Nd}\\-_]+", &["1-_\u{663}"]),
        ("[^\\pL]", &["1"]),
        ("\\p{any}\\p{Thai}", &["x\u{e01}"]),
        ("\\d\\w\\s", &["1_ "]),
        ("\\D\\W\\S", &["\u{663}\u{e9}x"]),
        ("[\\d\\s]+", &["1 2"]),
        ("[\\D]", &["a"]),
        ("[[:alpha:]_]+", &["a_B"]),
        ("[[:^alpha:]]", &["1"]),
        ("[[:x]+", &["[:x"]),
        ("[]a]+", &["]a"]),
        ("[^]a]", &["b"]),
        ("[a-]+", &["a-"]),
        ("[-a]+", &["a-"]),
        ("[a-c-e]+", &["b-e"]),
        ("[a&&b~~c[]+", &["a&b~c["]),
        ("[\\]\\\\^]+", &["]\\^"]),
        ("\\x41\\x{1F600}\\101\\0\\a", &["A\u{1f600}A\0\x07"]),
        ("[\\x41-\\x{43}\\060]+", &["ABC0"]),
        ("\\_\\-\\/", &["_-/"]),
        ("(?P<n>a)(?<m>b)", &["ab"]),
        ("(?P<n>a)(?P<n>b)", &["ab"]),
        ("(?i)ABC", &["abc", "aBc"]),
        ("(?i:a)B", &["aB", "AB"]),
        ("(?i:a(?-i)b)c", &["Abc"]),
        ("(?i)[a-c]\\pL", &["Bz"]),
        ("(?i)k\\w", &["\u{212a}\u{17f}"]),
        ("(?U)a*", &["aaa"]),
        ("a*?b+?c??d{1,2}?", &["aabcdd"]),
        ("a(?i)*", &["aaa"]),
        ("a+(?i)?", &["", "aa"]),
        ("^*a$?", &["a"]),
        ("\\Aa\\z", &["a"]),
        ("()*|x", &["", "x"]),
        ("|a", &["", "a"]),
        ("(|a)*", &["", "a"]),
        ("a\\b.*", &["a\u{e9}"]),
        ("a\\B.*", &["ab"]),
        (".\\B.", &["\u{e9}\u{e9}"]),
        ("(?m)a$\n^b", &["a\nb"]),
        ("a)|(b", &["ax", "xb"]),
        ("(a{30}){30}|b", &["b"]),
        ("[\\x{D800}-\\x{E000}]", &["\u{e000}"]),
        ("[^\\x{D800}]", &["a"]),
        ("\\x{D800}|[\\x{D800}]|b", &["b"]),
        ("\u{e9} #{2}", &["\u{e9} ##"]),
        ("a b", &["a b"]),
    ] {
        for text in texts {
            assert!(is_match(pattern, text), "{pattern} {text:?}");
        }
    }
}

#[test]
fn what_go_does_not_match_does_not() {
    for (pattern, texts) in [
        ("", &["a"][..]),
        ("web", &["web-1", "aweb", ""]),
        ("w.b", &["w\nb", "wb"]),
        ("\\d", &["\u{663}"]),
        ("\\w", &["\u{e9}"]),
        ("\\s", &["\u{a0}", "\x0B"]),
        ("a\\B.*", &["a\u{e9}"]),
        ("a$\nb", &["a\nb"]),
        ("a{0}", &["a"]),
        ("(?i:a)b", &["AB"]),
        ("[^a]", &["a"]),
        ("[^\\x{0}-\\x{10FFFF}]", &["a", ""]),
        ("\\x{D800}", &["a", "\u{fffd}"]),
        ("a\\z.", &["ab"]),
    ] {
        for text in texts {
            assert!(!is_match(pattern, text), "{pattern} {text:?}");
        }
    }
}

#[test]
fn a_search_finds_any_part() {
    for (pattern, text, found) in [
        ("", "a", true),
        ("b", "abc", true),
        ("d", "abc", false),
        ("^b", "abc", false),
        ("^nginx(:[a-z{}]*)?$", "nginx:{}", true),
        ("b.$", "abc", true),
        ("a|^$", "", true),
        ("\\Qa.b", "xa.b", true),
        ("\\Qa.b", "axb", false),
    ] {
        let pattern = Pattern::search(pattern).unwrap();
        assert_eq!(pattern.is_match(text), found, "{pattern:?} {text}");
    }
}

#[test]
fn what_go_refuses_is_an_error() {
    let nested = "(".repeat(1000) + &")".repeat(1000);
    let towers = "((((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}){2})";
    for pattern in [
        "(",
        ")",
        "(a",
        "a)",
        "(?i",
        "*",
        "+a",
        "|*",
        "(*)",
        "(?:+)",
        "a**",
        "a*+",
        "a+?*",
        "a{2}{3}",
        "a{2}*",
        "{2}",
        "a{1001}",
        "a{2,1}",
        "a{1001,}",
        "a{99999999999}",
        towers,
        "[",
        "[a",
        "[]",
        "[^]",
        "[a-",
        "[b-a]",
        "[[:foo:]]",
        "[\\",
        "[a-\\d]",
        "\\",
        "\\8",
        "\\1",
        "\\C",
        "\\Z",
        "\\E",
        "\\q",
        "\\x",
        "\\xg0",
        "\\x{}",
        "\\x{110000}",
        "\\x{4",
        "\\\u{e9}",
        "\\p",
        "\\pZZ\\p{",
        "\\p{Foo}",
        "\\p{Grek}",
        "\\pX",
        "\\p{Alphabetic}",
        "\\p{sc=Greek}",
        "\\Q\\E*",
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(?P=n)",
        "(?P<>a)",
        "(?P<x y>a)",
        "(?P<n",
        "(?x)a",
        "(?u)a",
        "(?i-)a",
        "(?--i)a",
        "(?",
        "(?i-i-i)",
        &nested,
    ] {
        for pattern in [Pattern::search(pattern), Pattern::anchored(pattern)] {
            let Err(error) = pattern else {
                continue;
            };
            assert_eq!(error.kind(), ErrorKind::Pattern);
            assert!(error.message().starts_with("the pattern `"));
        }
        assert!(Pattern::search(pattern).is_err(), "{pattern}");
    }
    let error = Pattern::anchored("a**").unwrap_err();
    assert_eq!(
        error.message(),
        "the pattern `a**` repeats a repetition with `*`: put it in a group first"
    );
}

#[test]
fn size_and_depth_are_bounded() {
    let error = Pattern::anchored(&"\\pL{1000}".repeat(20)).unwrap_err();
    assert!(
        error
            .message()
            .ends_with("grows too large: use smaller repetitions")
    );
    let deep = "(".repeat(990) + "a" + &")*".repeat(990);
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || assert!(is_match(&deep, "aa")))
        .unwrap()
        .join()
        .unwrap();
}
