use super::*;
use crate::limits::Limits;
use crate::resource::read_resources;
use crate::schema::Schema;
use crate::source::{Mark, Source, SourceId};
use crate::yaml::{self, Tag};
use std::fs;

pub(super) fn table() -> Vec<NameReference> {
    let mut table: Vec<NameReference> = vec![];
    for line in fs::read_to_string("/tmp/nr/table.tsv").unwrap().lines() {
        let f: Vec<&str> = line.split('\t').collect();
        let target = Gvk::from_parts(f[0], f[1], f[2]);
        let field = ReferenceField {
            gvk: Gvk::from_parts(f[3], f[4], f[5]),
            path: Text::from(f[6]),
        };
        match table.last_mut() {
            Some(last) if last.target == target => last.referrers.push(field),
            _ => table.push(NameReference {
                target,
                referrers: vec![field],
            }),
        }
    }
    table
}

pub(super) fn load(path: &str) -> Result<ResourceSet> {
    let source = Source::new(SourceId(1), path, fs::read(path).unwrap())?;
    let schema = Schema::builtin();
    let mut set = ResourceSet::new(schema.clone());
    for r in read_resources(&source, &Limits::default(), &schema)? {
        set.push(r)?;
    }
    Ok(set)
}

pub(super) fn affix(set: &mut ResourceSet, prefix: &str, suffix: &str) {
    set.update_all(|r, schema| {
        if !prefix.is_empty() {
            r.history_mut().prefixes.push(Text::from(prefix));
        }
        if !suffix.is_empty() {
            r.history_mut().suffixes.push(Text::from(suffix));
        }
        r.push_previous();
        let name = format!("{prefix}{}{suffix}", r.name());
        r.set_name(&name, Mark::default(), schema);
        Ok(())
    })
    .unwrap();
}

pub(super) fn namespace(set: &mut ResourceSet, ns: &str) {
    set.update_all(|r, schema| {
        r.push_previous();
        if !r.id().is_cluster_scoped() {
            r.set_namespace(ns, Mark::default(), schema);
        }
        if matches!(r.gvk().kind(), "RoleBinding" | "ClusterRoleBinding") {
            r.edit(schema, |root| {
                let Some(subjects) = root.as_mapping_mut().unwrap().get_mut("subjects") else {
                    return;
                };
                for s in subjects.as_sequence_mut().unwrap().items_mut() {
                    let m = s.as_mapping_mut().unwrap();
                    if m.get("name").and_then(|n| n.text()) == Some("default") {
                        m.set_scalar("namespace", Tag::None, Text::from(ns), Mark::default());
                    }
                }
            });
        }
        Ok(())
    })
    .unwrap();
}

fn run(dir: &str, table: &[NameReference]) -> Result<String> {
    let mut stack: Vec<ResourceSet> = vec![];
    for line in fs::read_to_string(format!("{dir}/program"))
        .unwrap()
        .lines()
    {
        let (op, arg) = line.split_once(' ').unwrap();
        match op {
            "load" => stack.push(load(&format!("{dir}/{arg}"))?),
            "merge" => {
                let n: usize = arg.parse().unwrap();
                let rest = stack.split_off(stack.len() - n);
                let mut set = ResourceSet::new(Schema::builtin());
                for s in rest {
                    set.append(s)?;
                }
                stack.push(set);
            }
            "prefix" => affix(stack.last_mut().unwrap(), arg, ""),
            "suffix" => affix(stack.last_mut().unwrap(), "", arg),
            "namespace" => namespace(stack.last_mut().unwrap(), arg),
            _ => panic!("{op}"),
        }
    }
    let mut set = stack.pop().unwrap();
    let mut warnings = vec![];
    fix_name_references(&mut set, table, &mut warnings)?;
    if std::env::var("SHOW").is_ok() {
        for w in &warnings {
            println!("W {w}");
        }
    }
    let mut out = vec![];
    for (i, mut r) in set.into_resources().into_iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b"---\n");
        }
        r.finish();
        yaml::write(r.node(), &mut out)?;
    }
    Ok(String::from_utf8(out).unwrap())
}

#[test]
#[ignore]
fn differential() {
    let table = table();
    let (mut ok, mut bad) = (0, 0);
    let mut dirs: Vec<_> = fs::read_dir(std::env::var("TREES").unwrap())
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    dirs.sort();
    for dir in dirs {
        let dir = dir.to_str().unwrap().to_owned();
        let expected = fs::read_to_string(format!("{dir}/expected.yaml")).unwrap();
        let got = match run(&dir, &table) {
            Ok(text) => text,
            Err(e) => {
                println!("{dir} ERR {e}");
                "ERROR\n".into()
            }
        };
        if got == expected {
            ok += 1
        } else {
            bad += 1;
            fs::write(format!("{dir}/got.yaml"), &got).unwrap();
            println!("DIFF {dir}");
        }
    }
    println!("{ok} ok, {bad} differ");
}

#[test]
#[ignore]
fn time() {
    let table = table();
    for n in [1000, 10000, 20000] {
        let mut text = String::new();
        for i in 0..n / 4 {
            text += &format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: cm{i}}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{i}}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: svc{i}}}\n---\n"
            );
            text += &format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d{i}, labels: {{a: b}}}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      serviceAccountName: x\n      volumes:\n      - {{name: v, configMap: {{name: cm{i}}}}}\n      - {{name: w, secret: {{secretName: s{i}}}}}\n      containers:\n      - name: c\n        image: x\n        env:\n        - {{name: A, value: b}}\n        - {{name: B, value: b}}\n        - {{name: C, valueFrom: {{configMapKeyRef: {{name: cm{i}, key: a}}}}}}\n        envFrom:\n        - secretRef: {{name: s{i}}}\n---\n"
            );
        }
        let source = Source::new(SourceId(1), "x", text).unwrap();
        let schema = Schema::builtin();
        let t = std::time::Instant::now();
        let mut set = ResourceSet::new(schema.clone());
        for r in read_resources(&source, &Limits::default(), &schema).unwrap() {
            set.push(r).unwrap();
        }
        let read = t.elapsed();
        affix(&mut set, "p-", "");
        let t = std::time::Instant::now();
        let mut w = vec![];
        let mut set2 = set.clone();
        fix_name_references(&mut set2, &table, &mut w).unwrap();
        println!(
            "{n}: read {read:?}, fix {:?}, warnings {}",
            t.elapsed(),
            w.len()
        );
    }
}
