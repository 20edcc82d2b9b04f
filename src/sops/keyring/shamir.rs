//! Shamir's secret sharing over GF(2^8), as HashiCorp Vault and sops (`shamir/shamir.go`) have it.
//!
//! A share is a byte for each byte of the secret and one more: where on the polynomials the others
//! lie. Nothing here branches or looks up by a secret.

use super::DataKey;

/// The secret that all of these shares are of.
///
/// # Errors
/// A few words on what is wrong with the shares. That a share is of another secret shows only in
/// what comes out.
pub(super) fn combine(shares: &[DataKey]) -> Result<DataKey, &'static str> {
    let length = shares.first().map_or(0, |share| share.as_bytes().len());
    if shares.len() < 2 {
        return Err("less than two parts are at hand, and no secret can be made of them");
    }
    if length < 2 {
        return Err("a part is too short");
    }
    let mut places = Vec::with_capacity(shares.len());
    for share in shares {
        let bytes = share.as_bytes();
        if bytes.len() != length {
            return Err("the parts differ in length");
        }
        match bytes[length - 1] {
            0 => return Err("a part is the secret itself, which sops never writes"),
            place if places.contains(&place) => return Err("two groups hold the same part"),
            place => places.push(place),
        }
    }
    let mut secret = DataKey::zero(length - 1);
    for (at, share) in shares.iter().enumerate() {
        let weight = weight(&places, at);
        for (out, byte) in secret.bytes_mut().iter_mut().zip(share.as_bytes()) {
            *out ^= multiply(*byte, weight);
        }
    }
    Ok(secret)
}

/// As many shares as there are `parts`, of which one more than there are `slopes` give the secret.
/// A slope is random and as long as the secret.
#[cfg(feature = "encrypt")]
pub(in crate::sops) fn split(secret: &DataKey, parts: u8, slopes: &[DataKey]) -> Vec<DataKey> {
    let share = |place: u8| {
        let length = secret.as_bytes().len();
        let mut share = DataKey::zero(length + 1);
        let (bytes, end) = share.bytes_mut().split_at_mut(length);
        for (at, byte) in bytes.iter_mut().enumerate() {
            let power = |value, slope: &DataKey| multiply(value ^ slope.as_bytes()[at], place);
            *byte = slopes.iter().rev().fold(0, power) ^ secret.as_bytes()[at];
        }
        end[0] = place;
        share
    };
    (1..=parts).map(share).collect()
}

/// What the share at `at` counts for at zero: the Lagrange basis.
fn weight(places: &[u8], at: usize) -> u8 {
    let others = places.iter().enumerate().filter(|(other, _)| *other != at);
    others.fold(1, |weight, (_, place)| {
        multiply(weight, multiply(*place, inverse(*place ^ places[at])))
    })
}

/// The product modulo x^8 + x^4 + x^3 + x + 1.
fn multiply(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let carry = (product >> 7).wrapping_neg() & 0x1B;
        let term = (b >> bit & 1).wrapping_neg() & a;
        (product << 1) ^ carry ^ term
    })
}

/// What gives 1 when multiplied with `a`: its 254th power.
fn inverse(a: u8) -> u8 {
    let mut power = a;
    // 254 is 0b11111110: square and multiply six times, square once more.
    for _ in 0..6 {
        power = multiply(multiply(power, power), a);
    }
    multiply(power, power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(secret: &[u8], slope: &[u8], place: u8) -> DataKey {
        let line = |(byte, slope): (&u8, &u8)| byte ^ multiply(*slope, place);
        let mut bytes: Vec<u8> = secret.iter().zip(slope).map(line).collect();
        bytes.push(place);
        DataKey::new(bytes)
    }

    #[test]
    fn every_element_has_an_inverse() {
        assert_eq!(multiply(0x57, 0x83), 0xC1);
        for a in 1..=255 {
            assert_eq!(multiply(a, inverse(a)), 1, "{a}");
        }
    }

    #[test]
    fn any_two_points_of_a_line_give_the_secret() {
        let (secret, slope) = (*b"sixteen byte key", [0x9C; 16]);
        for (one, two) in [(1, 2), (7, 255), (128, 3)] {
            let shares = [share(&secret, &slope, one), share(&secret, &slope, two)];
            assert_eq!(combine(&shares).unwrap().as_bytes(), secret);
        }
        let three = [1, 2, 3].map(|place| share(&secret, &slope, place));
        assert_eq!(combine(&three).unwrap().as_bytes(), secret);
    }

    #[cfg(feature = "encrypt")]
    #[test]
    fn as_many_shares_as_are_asked_for_give_the_secret() {
        let secret = DataKey::new(*b"a secret");
        let slopes = [[3; 8], [0; 8], [250; 8]].map(DataKey::new);
        let mut shares = split(&secret, 5, &slopes);
        assert_eq!(combine(&shares).unwrap().as_bytes(), secret.as_bytes());
        shares.remove(2);
        assert_eq!(combine(&shares).unwrap().as_bytes(), secret.as_bytes());
        shares.remove(0);
        assert_ne!(combine(&shares).unwrap().as_bytes(), secret.as_bytes());
    }

    #[test]
    fn refuses_shares_that_do_not_fit() {
        let good = || share(b"secret", &[5; 6], 1);
        for shares in [
            vec![],
            vec![good()],
            vec![good(), good()],
            vec![good(), share(b"secrets", &[5; 7], 2)],
            vec![good(), share(b"secret", &[5; 6], 0)],
            vec![DataKey::new(vec![1]), DataKey::new(vec![2])],
        ] {
            assert!(combine(&shares).is_err());
        }
    }
}
