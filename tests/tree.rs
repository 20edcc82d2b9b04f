//! The laws of a tree, held by one in memory and by one on a disk.

use kustody::tree::{
    FileTree, Kind, LoadRestrictions, MemoryTree, TreePath, resolve, resolve_base, resolve_file,
};
use kustody::{ErrorKind, Result};

const FILES: [(&str, &str); 5] = [
    ("app/in.yaml", "in"),
    ("app/sub/s.yaml", "sub"),
    ("apple/a.yaml", "apple"),
    ("out/o.yaml", "out"),
    ("top.yaml", ""),
];

const LINKS: [(&str, &str); 9] = [
    ("app/inside", "in.yaml"),
    ("app/outside", "../out/o.yaml"),
    ("app/dir", "../out"),
    ("app/chain", "dir/back"),
    ("app/self", "self"),
    ("app/broken", "none.yaml"),
    ("app/slash", "in.yaml/"),
    ("app/above", "../../x"),
    ("out/back", "../app/in.yaml"),
];

fn path(text: &str) -> TreePath {
    TreePath::new(text).unwrap()
}

fn memory() -> MemoryTree {
    let mut tree = MemoryTree::from_files(FILES).unwrap();
    for (link, target) in LINKS {
        tree.insert_link(link, target).unwrap();
    }
    tree
}

/// What a tree of `FILES` answers, whatever it is made of.
fn laws_of_files(tree: &dyn FileTree) {
    let kind = |text: &str| tree.kind(&path(text)).unwrap();
    assert_eq!(kind("/"), Some(Kind::Directory));
    assert_eq!(kind("app"), Some(Kind::Directory));
    assert_eq!(kind("app/in.yaml"), Some(Kind::File));
    assert_eq!(kind("app/none"), None);
    assert_eq!(kind("app/in.yaml/x"), None);
    assert_eq!(kind("app/nul\0"), None);
    assert_eq!(kind(&"x".repeat(300)), None);

    let read = |text, limit| tree.read(&path(text), limit);
    assert_eq!(read("app/in.yaml", 2).unwrap().as_bytes(), b"in");
    assert_eq!(read("top.yaml", 0).unwrap().as_bytes(), b"");
    let failed = |text, limit| read(text, limit).unwrap_err().kind();
    assert_eq!(failed("app/in.yaml", 1), ErrorKind::Limit);
    assert_eq!(failed("app", 9), ErrorKind::NotAFile);
    assert_eq!(failed("app/none", 9), ErrorKind::NotFound);

    // Who looks sees what is there, and what would be read of it.
    for (text, limit) in [
        ("app", 9),
        ("app/in.yaml", 2),
        ("app/in.yaml", 1),
        ("app/none", 9),
        ("top.yaml", 0),
    ] {
        let looked = tree.look(&path(text), limit).unwrap();
        assert_eq!(looked.as_ref().map(|(kind, _)| *kind), kind(text), "{text}");
        let content = looked.and_then(|(_, content)| content);
        assert!(
            content.is_none() || content == read(text, limit).ok(),
            "{text}"
        );
    }

    let list = |text| tree.list(&path(text));
    let names: Vec<_> = list("/").unwrap();
    let expected = [
        ("app", Kind::Directory),
        ("apple", Kind::Directory),
        ("out", Kind::Directory),
        ("top.yaml", Kind::File),
    ];
    assert_eq!(names, expected.map(|(name, kind)| (name.to_owned(), kind)));
    let failed = |text| list(text).unwrap_err().kind();
    assert_eq!(failed("none"), ErrorKind::NotFound);
    assert_eq!(failed("top.yaml"), ErrorKind::NotADirectory);

    assert_eq!(tree.show(&path("app/in.yaml")), "app/in.yaml");
    assert_eq!(tree.show(&TreePath::root()), ".");
    assert!(tree.digest(&path("top.yaml")).is_none());
}

/// Of trees that need not be asked twice.
fn looks_are_enough(tree: &dyn FileTree) {
    let (kind, content) = tree.look(&path("app/in.yaml"), 2).unwrap().unwrap();
    assert_eq!(kind, Kind::File);
    assert_eq!(content.unwrap().as_bytes(), b"in");
}

/// What follows from links and restrictions.
fn laws_of_paths(tree: &dyn FileTree) {
    use ErrorKind::{LinkCycle, NotADirectory, NotAFile, NotFound, Restricted};
    let text = |found: Result<TreePath>| {
        found
            .map(|path| path.as_str().to_owned())
            .map_err(|error| error.kind())
    };
    let app = path("app");
    for (written, anywhere, in_root) in [
        ("in.yaml", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("nowhere/../in.yaml", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("../app/in.yaml", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("inside", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("chain", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("dir/back", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("dir/../in.yaml", Ok("/app/in.yaml"), Ok("/app/in.yaml")),
        ("outside", Ok("/out/o.yaml"), Err(Restricted)),
        ("dir/o.yaml", Ok("/out/o.yaml"), Err(Restricted)),
        ("../apple/a.yaml", Ok("/apple/a.yaml"), Err(Restricted)),
        ("sub", Err(NotAFile), Err(NotAFile)),
        ("none.yaml", Err(NotFound), Err(NotFound)),
        ("broken", Err(NotFound), Err(NotFound)),
        ("self", Err(LinkCycle), Err(LinkCycle)),
        ("self/x", Err(LinkCycle), Err(LinkCycle)),
        ("slash", Err(NotADirectory), Err(NotADirectory)),
        ("in.yaml/x", Err(NotADirectory), Err(NotADirectory)),
        ("above", Err(Restricted), Err(Restricted)),
        ("../../x", Err(Restricted), Err(Restricted)),
        ("nul\0", Err(NotFound), Err(NotFound)),
    ] {
        let with = |restrictions| text(resolve_file(tree, &app, written, restrictions));
        assert_eq!(
            with(LoadRestrictions::None),
            anywhere.map(str::to_owned),
            "{written}"
        );
        assert_eq!(
            with(LoadRestrictions::RootOnly),
            in_root.map(str::to_owned),
            "{written}"
        );
    }
    for (written, found) in [
        ("../out", Ok("/out")),
        ("dir", Ok("/out")),
        ("..", Ok("/")),
        ("in.yaml", Err(NotADirectory)),
        ("../../app", Err(Restricted)),
        ("/out", Err(Restricted)),
        ("", Err(NotFound)),
    ] {
        let found = found.map(str::to_owned);
        assert_eq!(text(resolve_base(tree, &app, written)), found, "{written}");
    }
    let error = resolve(tree, &app, "../ot/o.yaml").unwrap_err();
    assert!(
        error
            .message()
            .ends_with("there is no `ot` in `.`; did you mean `out`?")
    );
    assert_eq!(tree.kind(&path("app/dir")).unwrap(), Some(Kind::Link));
    assert_eq!(tree.link(&path("app/dir")).unwrap(), "../out");
    // A tree follows nothing itself.
    let looked = tree.look(&path("app/inside"), 9).unwrap();
    assert_eq!(looked, Some((Kind::Link, None)));
    assert!(tree.read(&path("app/inside"), 9).is_err());
    assert_eq!(tree.kind(&path("app/dir/o.yaml")).unwrap(), None);
    assert!(tree.list(&path("app/dir")).is_err());
}

#[test]
fn in_memory() {
    laws_of_files(&memory());
    laws_of_paths(&memory());
    looks_are_enough(&memory());
    let app = path("app");
    let (found, _) = resolve(&memory(), &app, "/out/o.yaml").unwrap();
    assert_eq!(found.as_str(), "/out/o.yaml");
}

#[cfg(feature = "fs")]
mod disk {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicU32, Ordering};

    use kustody::DirTree;

    use super::*;

    /// A directory that is removed when the test ends.
    struct Temporary(PathBuf);

    impl Temporary {
        fn new() -> Self {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("kustody-{}-{number}", std::process::id());
            let directory = fs::canonicalize(std::env::temp_dir()).unwrap().join(name);
            fs::create_dir(&directory).unwrap();
            Self(directory)
        }

        /// `FILES` and, where they can be made, `LINKS`, in a directory of their own.
        fn filled() -> Self {
            let temporary = Self::new();
            for (file, content) in FILES {
                let file = temporary.tree().join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, content).unwrap();
            }
            #[cfg(unix)]
            for (link, target) in LINKS {
                std::os::unix::fs::symlink(target, temporary.tree().join(link)).unwrap();
            }
            fs::write(temporary.0.join("x"), "outside").unwrap();
            temporary
        }

        fn tree(&self) -> PathBuf {
            self.0.join("tree")
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn on_a_disk() {
        let temporary = Temporary::filled();
        let tree = DirTree::open(temporary.tree()).unwrap();
        laws_of_files(&tree);
        #[cfg(unix)]
        {
            laws_of_paths(&tree);
            looks_are_enough(&tree);
        }
    }

    /// What a path was when it was looked at is not believed when it is read.
    #[test]
    fn a_file_that_was_replaced_is_read_anew() {
        let temporary = Temporary::filled();
        let tree = DirTree::open(temporary.tree()).unwrap();
        let file = temporary.tree().join("app/in.yaml");
        let in_tree = path("app/in.yaml");
        assert_eq!(tree.kind(&in_tree).unwrap(), Some(Kind::File));
        fs::write(temporary.tree().join("app/new"), "another").unwrap();
        fs::rename(temporary.tree().join("app/new"), &file).unwrap();
        assert_eq!(tree.read(&in_tree, 100).unwrap().as_bytes(), b"another");
        assert_eq!(tree.kind(&in_tree).unwrap(), Some(Kind::File));
        fs::write(&file, "longer than before").unwrap();
        let longer = tree.read(&in_tree, 100).unwrap();
        assert_eq!(longer.as_bytes(), b"longer than before");
        assert_eq!(tree.kind(&in_tree).unwrap(), Some(Kind::File));
        fs::remove_file(&file).unwrap();
        fs::create_dir(&file).unwrap();
        let error = tree.read(&in_tree, 100).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotAFile);
    }

    #[test]
    fn what_cannot_be_opened() {
        let temporary = Temporary::filled();
        let failed = |path: &Path| DirTree::open(path).unwrap_err().kind();
        assert_eq!(failed(&temporary.0.join("none")), ErrorKind::NotFound);
        assert_eq!(failed(&temporary.0.join("x")), ErrorKind::NotADirectory);
        assert_eq!(failed(&temporary.0.join("x/y")), ErrorKind::NotADirectory);
        assert_eq!(failed(Path::new("")), ErrorKind::NotFound);
        // Cleaned before anything is looked at.
        assert!(DirTree::open(temporary.0.join("none/../tree")).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn the_whole_disk_shown_from_a_directory() {
        let temporary = Temporary::filled();
        std::os::unix::fs::symlink("app", temporary.tree().join("link")).unwrap();
        let tree = DirTree::host(temporary.tree().join("link")).unwrap();
        let app = tree.start();
        let expected = temporary.tree().join("app");
        assert_eq!(app.as_str(), expected.to_str().unwrap());

        let file = |written: &str| resolve_file(&tree, app, written, LoadRestrictions::RootOnly);
        let found = file("in.yaml").unwrap();
        assert_eq!(tree.show(&found), "in.yaml");
        assert_eq!(tree.read(&found, 9).unwrap().as_bytes(), b"in");
        assert_eq!(
            file(expected.join("in.yaml").to_str().unwrap()).unwrap(),
            found
        );
        let up = format!("{}{}", "../".repeat(50), &found.as_str()[1..]);
        assert_eq!(file(&up).unwrap(), found);

        let base = resolve_base(&tree, app, "../out").unwrap();
        assert_eq!(tree.show(&base), "../out");
        let error = file("above").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Restricted);
        assert!(
            error
                .message()
                .contains("`../../x`, which is not in or below `.`")
        );
    }

    #[cfg(unix)]
    mod jail {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;
        use std::process::Command;

        use super::*;

        fn anywhere(tree: &DirTree, written: &str) -> Result<TreePath> {
            resolve_file(tree, &TreePath::root(), written, LoadRestrictions::None)
        }

        #[test]
        fn absolute_paths_are_those_of_the_disk() {
            let temporary = Temporary::filled();
            let root = temporary.tree();
            let inside = root.join("app/in.yaml");
            symlink(&inside, root.join("absolute")).unwrap();
            symlink(temporary.0.join("x"), root.join("out/leak")).unwrap();
            symlink("/", root.join("slash")).unwrap();
            symlink(root.join("app/in.yaml/"), root.join("no-directory")).unwrap();
            symlink(root.join("app/../../x"), root.join("hidden")).unwrap();
            let tree = DirTree::open(&root).unwrap();

            assert_eq!(
                anywhere(&tree, "absolute").unwrap().as_str(),
                "/app/in.yaml"
            );
            let found = anywhere(&tree, inside.to_str().unwrap()).unwrap();
            assert_eq!(found.as_str(), "/app/in.yaml");
            for written in [
                "out/leak",
                "slash",
                "hidden",
                "/etc/hostname",
                temporary.0.join("x").to_str().unwrap(),
                root.join("../x").to_str().unwrap(),
            ] {
                let error = anywhere(&tree, written).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Restricted, "{written}");
            }
            let error = anywhere(&tree, "no-directory").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotADirectory);
            let error = anywhere(&tree, "out/leak").unwrap_err();
            assert!(
                error
                    .message()
                    .contains("the symbolic link `out/leak` leads out")
            );
        }

        #[test]
        fn nothing_is_seen_through_a_link_out() {
            let temporary = Temporary::filled();
            symlink("..", temporary.tree().join("up")).unwrap();
            let tree = DirTree::open(temporary.tree()).unwrap();
            assert_eq!(tree.kind(&path("up/x")).unwrap(), None);
            assert_eq!(tree.kind(&path("up/tree/app/in.yaml")).unwrap(), None);
            assert!(tree.read(&path("up/x"), 99).is_err());
            assert!(tree.list(&path("up")).is_err());
            assert!(tree.list(&path("up/tree")).is_err());
            assert!(tree.link(&path("up/tree/app/inside")).is_err());
        }

        #[test]
        fn only_regular_files_are_read() {
            let temporary = Temporary::filled();
            let pipe = temporary.tree().join("pipe.yaml");
            // Whoever opens it as a file waits for ever.
            assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
            let _dotted = UnixListener::bind(temporary.tree().join("socket.yaml")).unwrap();
            fs::create_dir(temporary.tree().join("directory.yaml")).unwrap();
            symlink("app/in.yaml", temporary.tree().join("link.yaml")).unwrap();
            let tree = DirTree::open(temporary.tree()).unwrap();
            for (name, kind) in [
                ("pipe.yaml", Kind::Other),
                ("socket.yaml", Kind::Other),
                ("directory.yaml", Kind::Directory),
                ("link.yaml", Kind::Link),
            ] {
                assert_eq!(tree.kind(&path(name)).unwrap(), Some(kind), "{name}");
                let error = tree.read(&path(name), 9).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::NotAFile, "{name}");
            }
            let _socket = UnixListener::bind(temporary.tree().join("socket")).unwrap();
            let tree = DirTree::open(temporary.tree()).unwrap();
            assert_eq!(tree.kind(&path("socket")).unwrap(), Some(Kind::Other));
            let error = anywhere(&tree, "socket").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotAFile);
            assert_eq!(
                tree.read(&path("socket"), 9).unwrap_err().kind(),
                ErrorKind::NotAFile
            );

            let host = DirTree::host("/").unwrap();
            let zero = host.read(&path("/dev/zero"), usize::MAX).unwrap_err();
            assert_eq!(zero.kind(), ErrorKind::NotAFile);
        }

        #[test]
        fn a_huge_file_is_refused_by_its_length() {
            let temporary = Temporary::filled();
            let file = fs::File::create(temporary.tree().join("huge")).unwrap();
            file.set_len(10 << 30).unwrap();
            let tree = DirTree::open(temporary.tree()).unwrap();
            let error = tree.read(&path("huge"), 256 << 20).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit);
        }

        #[test]
        fn names_that_are_not_utf8_disturb_no_others() {
            let temporary = Temporary::filled();
            let name = OsStr::from_bytes(b"caf\xe9.yaml");
            // Some file systems refuse such names.
            if fs::write(temporary.tree().join(name), "").is_err() {
                return;
            }
            symlink(name, temporary.tree().join("link")).unwrap();
            let tree = DirTree::open(temporary.tree()).unwrap();
            let names = tree.list(&TreePath::root()).unwrap();
            assert!(names.iter().any(|(name, _)| name == "top.yaml"));
            assert!(!names.iter().any(|(name, _)| name.starts_with("caf")));
            let error = anywhere(&tree, "link").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Encoding);
            assert!(error.message().contains("the symbolic link `link`"));
        }

        #[test]
        fn a_directory_that_is_not_utf8_is_a_jail_but_no_host() {
            let temporary = Temporary::filled();
            let odd = temporary.0.join(OsStr::from_bytes(b"\xff"));
            if fs::rename(temporary.tree(), &odd).is_err() {
                return;
            }
            laws_of_files(&DirTree::open(&odd).unwrap());
            laws_of_paths(&DirTree::open(&odd).unwrap());
            assert_eq!(DirTree::host(&odd).unwrap_err().kind(), ErrorKind::Encoding);
        }
    }
}
