//! RFC 6238 codes of virtual MFA devices: SHA-1, six digits, thirty seconds.

use crate::encoding::{from_base32, hmac};

/// How long one code is shown.
pub(crate) const STEP: i64 = 30;

/// Returns the code that a device with this base32 seed shows at this moment; `None` when the seed is not base32.
pub fn totp(seed: &str, epoch_seconds: i64) -> Option<String> {
    let counter = epoch_seconds.div_euclid(STEP).to_be_bytes();
    let digest = hmac::<sha1::Sha1>(&from_base32(seed)?, &counter);
    let offset = usize::from(digest[19] & 15);
    let word = digest[offset..offset + 4].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    Some(format!("{:06}", (word & 0x7fff_ffff) % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base32;

    #[test]
    fn codes_as_in_rfc_6238_appendix_b() {
        let seed = base32(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(totp(&seed, seconds).as_deref(), Some(code));
        }
        assert_eq!(totp("not base32!", 0), None);
    }
}
