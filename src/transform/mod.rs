//! Transformers: what a kustomization asks for besides patches, done to all resources that were
//! accumulated.
//!
//! Each is a function on a [`ResourceSet`](crate::resource::ResourceSet), a table of fields to
//! write to and what the kustomization says; what they write carries the mark of the entry that
//! asked for it. Nothing here knows of files.

pub(crate) mod field_spec;
mod hash;
mod images;
mod namespace;
mod pairs;
mod prefix_suffix;
mod replicas;
mod sort;

pub(crate) use hash::hash;
pub(crate) use images::{Image, images};
pub(crate) use namespace::{Namespace, Subjects, namespace};
pub(crate) use pairs::{Pair, pairs};
pub(crate) use prefix_suffix::{prefix, suffix};
pub(crate) use replicas::{Replica, replicas};
pub(crate) use sort::{Order, sort};

use crate::source::Mark;
use crate::warning::{Warning, WarningKind};
use crate::yaml::{Node, Resolved, Tag, Text};

/// Writes a text whose type is decided when it is printed, as kustomize writes names and images.
/// Where that makes something else of a string, a warning says so.
fn set_untyped(node: &mut Node, text: Text, mark: Mark, warnings: &mut Vec<Warning>) {
    let was_string = is_string(node);
    node.set_scalar(Tag::None, text, mark);
    if was_string && !is_string(node) {
        let message = "what this makes of a string is no string: kustomize prints it without quotes; \
                       quote the field where it is written";
        warnings.push(Warning::new(WarningKind::TypeChanged, mark, message));
    }
}

fn is_string(node: &Node) -> bool {
    let resolved = node.as_scalar().map(|scalar| scalar.resolve());
    matches!(resolved, Some(Ok(Resolved::Str(_))))
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests_conf {
    use super::testing;
    use crate::yaml;
    use std::path::Path;
    fn accumulate(dir: &Path) -> Result<crate::resource::ResourceSet, String> {
        let name = ["kustomization.yaml","kustomization.yml","Kustomization"].iter().map(|n| dir.join(n)).find(|p| p.is_file()).ok_or("skip: no kust")?;
        let text = std::fs::read_to_string(&name).map_err(|_| "skip: read")?;
        let docs = yaml::read_str("k", &text).map_err(|_| "skip: syntax")?;
        let root = docs.first().and_then(|d| d.as_mapping()).ok_or("skip: map")?;
        for e in root { let k = e.key.text().unwrap_or(""); if !["apiVersion","kind","resources","bases","namespace","namePrefix","nameSuffix","labels","commonLabels","commonAnnotations","replicas","images","metadata","configurations"].contains(&k) { return Err(format!("skip: {k}")); } }
        let mut set = testing::set("");
        for key in ["resources", "bases"] {
        if let Some(r) = root.get(key).and_then(|r| r.as_sequence()) { for r in r {
            let p = dir.join(r.text().unwrap_or("?"));
            if p.is_dir() { set.append(accumulate(&p)?).map_err(|e| e.to_string())?; }
            else { let t = std::fs::read_to_string(&p).map_err(|_| "skip: file")?;
                let src = crate::source::Source::new(crate::source::SourceId(3), "r", t).map_err(|e| e.to_string())?;
                for n in yaml::read(&src, &Default::default()).map_err(|e| e.to_string())? { if n.is_null() {continue;}
                    if n.get("/kind").and_then(|k| k.text()).is_some_and(|k| k.ends_with("List")) && n.get("/items").is_some() { return Err("skip: List".into()); }
                    set.push(crate::resource::Resource::new(n, set.schema())).map_err(|e| e.to_string())?; } }
        } } }
        let mut text = text;
        if let Some(c) = root.get("configurations") {
            let files: Vec<_> = c.as_sequence().unwrap().iter().collect();
            if files.len() != 1 || dir.ends_with("base") { return Err("skip: configs".into()); }
            let t = std::fs::read_to_string(dir.join(files[0].text().unwrap())).map_err(|_| "skip: conf")?;
            let node = yaml::read_str("c", &t).map_err(|_| "skip: conf")?.into_iter().next().ok_or("skip: empty conf")?;
            let mut root = docs[0].clone();
            root.as_mapping_mut().unwrap().set("configurations", node);
            let mut out = vec![]; yaml::write(&root, &mut out).map_err(|_| "skip: conf")?;
            text = String::from_utf8(out).unwrap();
        }
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| testing::apply(&mut set, &text).map_err(|e| format!("{:?}", e))));
        match r { Ok(r) => { r?; } Err(_) => return Err("skip: panic".into()) }
        Ok(set)
    }
    #[test]
    fn conf() {
        let root = std::env::var("CONF").unwrap_or("/work/shared/conformance/kustomize".into());
        let (mut ok, mut bad, mut skip) = (0, 0, 0);
        for suite in std::fs::read_dir(&root).unwrap() { let suite = suite.unwrap().path(); if !suite.is_dir() {continue;}
            let mut cases: Vec<_> = std::fs::read_dir(&suite).unwrap().map(|c| c.unwrap().path()).collect(); cases.sort();
            for case in cases {
                let Ok(cj) = std::fs::read_to_string(case.join("case.json")) else { continue };
                let cj: serde_json::Value = serde_json::from_str(&cj).unwrap();
                let target = cj["target"].as_str().unwrap_or(".");
                let expected = std::fs::read_to_string(case.join("expected.yaml")).ok();
                let got = match accumulate(&case.join("files").join(target)) { Ok(s) => testing::print(s).map_err(|e| e.to_string()), Err(e) => Err(e) };
                match (got, expected, cj["outcome"].as_str()) {
                    (Err(e), _, _) if e.starts_with("skip") => skip += 1,
                    (Err(_), None, _) | (Err(_), _, Some("error")) => ok += 1,
                    (Ok(g), Some(e), Some("ok")) if g == e => ok += 1,
                    (g, e, o) => { bad += 1; eprintln!("BAD {} {o:?}", case.display());
                        if std::env::var("SHOW").is_ok() { match (g, e) { (Ok(g), Some(e)) => { std::fs::write("/tmp/tt/g", g).unwrap(); std::fs::write("/tmp/tt/e", e).unwrap(); let o = std::process::Command::new("diff").args(["/tmp/tt/e", "/tmp/tt/g"]).output().unwrap(); eprintln!("{}", String::from_utf8_lossy(&o.stdout)); } (g, _) => eprintln!("{g:?} {}", cj["reference_error"]) } }
                    }
                }
            } }
        eprintln!("ok {ok} bad {bad} skip {skip}");
    }
}
