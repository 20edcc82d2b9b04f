//! Overwriting the texts of nodes that hold secrets.

use super::node::{Node, Value};

impl Node {
    /// Overwrites every text that this node alone holds. What a clone holds too stays, and so does
    /// a slice of a source that somebody else has.
    pub(crate) fn wipe(&mut self) {
        match self.value_mut() {
            Value::Scalar(scalar) => scalar.wipe(),
            Value::Sequence(list) => {
                if let Some(items) = list.own_items() {
                    items.iter_mut().for_each(Self::wipe);
                }
            }
            Value::Mapping(mapping) => {
                for entry in mapping.own_entries().unwrap_or_default() {
                    entry.key.wipe();
                    entry.value.wipe();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Mapping, Sequence};

    #[test]
    fn wipes_what_nobody_else_holds() {
        let long = "a text that does not fit in place";
        let list = Sequence::from(vec![Node::string("short"), Node::string(long)]);
        let shared = Node::string(long);
        let mut node = Node::from(
            [("list", Node::from(list)), ("shared", shared.clone())]
                .into_iter()
                .collect::<Mapping>(),
        );
        node.wipe();
        assert_eq!(shared.text(), Some(long));
        let mapping = node.as_mapping().unwrap();
        assert!(mapping.get("list").is_none());
        for item in mapping.entries()[0].value.as_sequence().unwrap() {
            assert_eq!(item.text(), Some(""));
        }
    }
}
