//! Positions as clients hold them. One follows every list and belongs to no caller, so it is not
//! signed for one; it is sealed, since on PostgreSQL it counts the transactions of everybody.

use ascms_persistence::position::Position;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What positions are sealed with. AES-GCM-SIV (RFC 8452) needs no nonce that is never used twice:
/// with always the same one, equal positions are equal texts, which clients may compare.
pub struct PositionKey(Option<LessSafeKey>);

impl PositionKey {
    /// The key that follows from the installation's.
    pub fn of(cursor_key: &[u8]) -> Self {
        let own = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, cursor_key), b"positions of lists");
        // The digest is as long as the key has to be.
        Self(UnboundKey::new(&AES_256_GCM_SIV, own.as_ref()).ok().map(LessSafeKey::new))
    }

    pub fn seal(&self, position: &Position) -> String {
        let mut text = serde_json::to_vec(position).unwrap_or_default();
        let sealed = self.0.as_ref().is_some_and(|key| {
            key.seal_in_place_append_tag(nonce(), Aad::empty(), &mut text).is_ok()
        });
        if sealed { URL_SAFE_NO_PAD.encode(text) } else { String::new() }
    }

    /// `None` of a text that no answer gave.
    pub fn open(&self, text: &str) -> Option<Position> {
        let mut sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = self.0.as_ref()?.open_in_place(nonce(), Aad::empty(), &mut sealed).ok()?;
        serde_json::from_slice(plain).ok()
    }
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}
