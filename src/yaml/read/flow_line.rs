//! Flow collections that stand on one line, read past the token queue as
//! [`shortcut`](super::shortcut) reads block collections.

use super::super::tag::Style;
use super::builder::{Builder, State};
use super::shortcut::{KEY_LENGTH, is_plain_start, is_value_start};
use super::token::Kind;
use crate::error::Result;

impl Builder<'_> {
    /// A flow collection that begins here and ends with its line. Reads nothing and returns `false`
    /// if it does not, or if it holds more than plain and quoted scalars and further collections.
    pub(super) fn whole_flow(&mut self) -> Result<bool> {
        let (at, line_start) = (self.scanner.at, self.scanner.line_start);
        let state = self.progress();
        let whole = self.flow_line().is_some() && self.scanner.byte(0) == b'\n';
        if whole {
            self.scanner.last[1] = (Kind::FlowMappingEnd, self.scanner.at - 1);
            self.close()?;
        } else {
            self.rewind(state);
            self.scanner.at = at;
            self.scanner.line_start = line_start;
        }
        Ok(whole)
    }

    /// Reads a flow collection to its last bracket, and leaves it open.
    fn flow_line(&mut self) -> Option<()> {
        let mut level = 0;
        loop {
            let byte = self.scanner.byte(0);
            let (state, closing) = match byte {
                b'[' => (State::FlowSequenceFirst, b']'),
                _ => (State::FlowMappingFirst, b'}'),
            };
            if matches!(byte, b'[' | b'{') {
                self.open_bare(state, self.scanner.at).ok()?;
                level += 1;
                self.scanner.at += 1;
                self.scanner.skip_gap();
                if self.scanner.byte(0) != closing {
                    self.flow_key()?;
                    continue;
                }
            } else {
                self.flow_scalar()?;
            }
            loop {
                self.scanner.skip_gap();
                let mapping = self.state() == Some(State::FlowMappingFirst);
                let byte = self.scanner.byte(0);
                self.scanner.at += 1;
                match (byte, mapping) {
                    (b',', _) => break,
                    (b']', false) | (b'}', true) => level -= 1,
                    _ => return None,
                }
                if level == 0 {
                    return Some(());
                }
                self.close().ok()?;
            }
            self.scanner.skip_gap();
            self.flow_key()?;
        }
    }

    /// A key and its `: ` if the innermost collection is a mapping.
    fn flow_key(&mut self) -> Option<()> {
        if self.state() != Some(State::FlowMappingFirst) {
            return Some(());
        }
        let start = self.scanner.at;
        self.flow_scalar()?;
        let is_key = self.scanner.byte(0) == b':'
            && self.scanner.byte(1) == b' '
            && self.scanner.at - start <= KEY_LENGTH;
        self.scanner.at += 1;
        self.scanner.skip_gap();
        is_key.then_some(())
    }

    fn flow_scalar(&mut self) -> Option<()> {
        let at = self.scanner.at;
        let next = self.scanner.byte(1);
        match self.scanner.byte(0) {
            byte @ (b'"' | b'\'') => {
                let style = match byte {
                    b'"' => Style::DoubleQuoted,
                    _ => Style::SingleQuoted,
                };
                let line_start = self.scanner.line_start;
                let token = self.scanner.scan_quoted(style).ok()?;
                self.bare_scalar(at, style, token.text);
                (self.scanner.line_start == line_start).then_some(())
            }
            byte if is_value_start(byte)
                || byte == b'-' && (is_plain_start(next) || next == b'-') =>
            {
                let end = self.scanner.plain_run(at, true);
                self.scanner.at = end;
                let text = self.scanner.text(at..end);
                self.bare_scalar(at, Style::Plain, text);
                Some(())
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_str;
    use crate::yaml::node::{Node, Value};

    /// The node under `k`, and where it and what it holds begin, counted from its first bracket.
    fn value(text: &str) -> Result<(Node, Vec<u32>), String> {
        let start = text.find(['[', '{']).unwrap() as u32;
        let documents = read_str("a.yaml", text).map_err(|error| error.message().to_owned())?;
        let node = documents[0].as_mapping().unwrap().get("k").unwrap().clone();
        let mut offsets = Vec::new();
        let mut nodes = vec![&node];
        while let Some(node) = nodes.pop() {
            offsets.push(node.mark().offset - start);
            match node.value() {
                Value::Scalar(_) => {}
                Value::Sequence(items) => nodes.extend(items),
                Value::Mapping(mapping) => {
                    nodes.extend(mapping.iter().flat_map(|entry| [&entry.key, &entry.value]));
                }
            }
        }
        Ok((node, offsets))
    }

    #[test]
    fn a_line_reads_as_its_tokens_read() {
        for flow in [
            "{}",
            "[]",
            "[ ]",
            "{a: b}",
            "{ a: b , c: {d: [e, 'f', {}]} }",
            "[--x, -1, - , -]",
            "[\"a, b\", 'it''s', \"\\t\"]",
            "[a b, a:b, a: b, http://x/y?z]",
            "{a: , b}",
            "{a: b,}",
            "[a, , b]",
            "[a}",
            "{<<: {a: b}, c: d}",
            "{a: ~, b: 1, c: true, \"d\": 2001-01-01}",
            "{'a': b, \"c\" : d}",
            "{a: b # c}",
            "{a: b} c",
            "{a: \"b",
            "[a,\tb]",
            "{a: &x b, c: *x}",
            "[é, {é: é}]",
        ] {
            // What stands below its key is read by tokens.
            let line = value(&format!("k: {flow}\nl: m\n"));
            let tokens = value(&format!("k:\n  {flow}\nl: m\n"));
            assert_eq!(line, tokens, "{flow}");
        }
    }

    #[test]
    fn items_of_block_lists_are_lines_too() {
        let read = |text| read_str("a.yaml", text).unwrap().remove(0);
        let list = read("- {a: [b]}\n- [c]\n");
        assert_eq!(list, read("- \n  {a: [b]}\n- \n  [c]\n"));
        assert!(
            list.as_sequence().unwrap().items()[0]
                .as_mapping()
                .unwrap()
                .is_flow()
        );
    }
}
