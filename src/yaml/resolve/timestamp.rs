//! Dates and times as go-yaml reads them: the four layouts of `allowedTimestampFormats`, with the
//! liberties that Go's `time.Parse` takes.

use std::fmt;

/// A moment, in the zone it was written in.
#[derive(Debug, PartialEq)]
pub(super) struct Timestamp {
    year: u16,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    /// Minutes east of Greenwich.
    offset: i16,
}

/// A date, or a date and a time behind `T`, `t` (with a zone) or spaces (without one).
pub(super) fn parse(text: &[u8]) -> Option<Timestamp> {
    let [a, b, c, d, b'-', rest @ ..] = text else {
        return None;
    };
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let year = ((digit(a)? * 10 + digit(b)?) * 10 + digit(c)?) * 10 + digit(d)?;
    let (month, rest) = short(rest)?;
    let (day, rest) = short(rest.strip_prefix(b"-")?)?;
    let mut time = Timestamp {
        year,
        month,
        day,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        offset: 0,
    };
    if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
        return None;
    }
    match rest {
        [] => {}
        [b'T' | b't', rest @ ..] => {
            let rest = time.clock(rest)?;
            time.offset = zone(rest)?;
        }
        [b' ', ..] => {
            // A space in a layout stands for any number of them.
            let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
            if !time.clock(&rest[blanks..])?.is_empty() {
                return None;
            }
        }
        _ => return None,
    }
    Some(time)
}

impl Timestamp {
    /// Reads `h:m:s` with any fraction; returns what follows.
    fn clock<'a>(&mut self, text: &'a [u8]) -> Option<&'a [u8]> {
        let (hour, rest) = short(text)?;
        let (minute, rest) = short(rest.strip_prefix(b":")?)?;
        let (second, rest) = short(rest.strip_prefix(b":")?)?;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        (self.hour, self.minute, self.second) = (hour, minute, second);
        let [b'.' | b',', digits @ ..] = rest else {
            return Some(rest);
        };
        let count = digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if count == 0 {
            return Some(rest);
        }
        // Digits beyond the nanosecond are dropped.
        self.nanosecond = (0..9).fold(0, |value, at| {
            let digit = if at < count { digits[at] - b'0' } else { 0 };
            value * 10 + u32::from(digit)
        });
        Some(&digits[count..])
    }
}

/// A number of one or two digits.
fn short(text: &[u8]) -> Option<(u8, &[u8])> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => Some(((a - b'0') * 10 + (b - b'0'), rest)),
        [a @ b'0'..=b'9', rest @ ..] => Some((a - b'0', rest)),
        _ => None,
    }
}

/// `Z` or `+hh:mm`, in minutes. Go lets 24 hours and 60 minutes pass.
fn zone(text: &[u8]) -> Option<i16> {
    let (sign, digits) = match text {
        [b'Z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let [_, _, b':', _, _] = digits else {
        return None;
    };
    let ((hours, b":"), (minutes, b"")) = (short(&digits[..3])?, short(&digits[3..])?) else {
        return None;
    };
    (hours <= 24 && minutes <= 60).then(|| sign * (i16::from(hours) * 60 + i16::from(minutes)))
}

fn days_in(month: u8, year: u16) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// RFC 3339 with as many digits after the second as there are, as Go's `RFC3339Nano` prints it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.year, self.month, self.day);
        let (hour, minute, second) = (self.hour, self.minute, self.second);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if self.nanosecond != 0 {
            let digits = format!("{:09}", self.nanosecond);
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        match self.offset {
            0 => f.write_str("Z"),
            offset => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs();
                write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for (text, expected) in [
            ("2001-1-1", "2001-01-01T00:00:00Z"),
            ("0000-02-29", "0000-02-29T00:00:00Z"),
            ("2001-1-1T1:2:3Z", "2001-01-01T01:02:03Z"),
            (
                "2001-12-14t21:59:43.10-05:00",
                "2001-12-14T21:59:43.1-05:00",
            ),
            ("2001-01-01   10:00:00", "2001-01-01T10:00:00Z"),
            ("2001-1-1T1:2:3,5Z", "2001-01-01T01:02:03.5Z"),
            (
                "2001-1-1T1:2:3.123456789123+05:60",
                "2001-01-01T01:02:03.123456789+06:00",
            ),
            ("2001-1-1T1:2:3+00:00", "2001-01-01T01:02:03Z"),
            ("2001-1-1T1:2:3-00:30", "2001-01-01T01:02:03-00:30"),
            ("2001-1-1T1:2:3+24:60", "2001-01-01T01:02:03+25:00"),
        ] {
            let time = parse(text.as_bytes()).map(|time| time.to_string());
            assert_eq!(time.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in [
            "2001-13-01",
            "2001-02-29",
            "1900-02-29",
            "2001-01-00",
            "201-01-01",
            "20010-01-01",
            "2001-01",
            "2001-01-01T",
            "2001-01-01T10:00:00",
            "2001-01-01 10:00:00Z",
            "2001-01-01 10:00",
            "2001-01-01 24:00:00",
            "2001-01-01 10:00:60",
            "2001-01-01 10:00:00.",
            "2001-01-01T10:00:00z",
            "2001-01-01T10:00:00+25:00",
            "2001-01-01T10:00:00+5:00",
            "2001-01-01T10:00:00+05:00 ",
            "2001-01-01 ",
            "2001-001-01",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
