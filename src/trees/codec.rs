//! The form of every value in the trees: a version byte, then bincode. A value of another version is never migrated:
//! the view is rebuilt. It knows nothing about what the values mean.

use bincode::Options;
use serde::{Deserialize, Serialize, Serializer};

use super::error::TreesError;

/// First byte of every value. Raise it whenever a row or a key changes its form.
pub(super) const SCHEMA: u8 = 1;

/// A value is refused beyond this many bytes when it is read, so that a damaged length never allocates.
const VALUE_BYTES_MAX: u64 = 64 * 1024;

fn options() -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().with_limit(VALUE_BYTES_MAX)
}

/// Writes a value with its version byte.
pub(super) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = vec![SCHEMA];
    options().serialize_into(&mut bytes, value).expect("rows have known lengths and writing to memory does not fail");
    bytes
}

/// Reads a value back; bytes may be borrowed from it.
///
/// # Errors
/// [`TreesError::Damaged`] for another version, a short value or bytes left over.
pub(super) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, TreesError> {
    match bytes.split_first() {
        Some((&SCHEMA, rest)) => {
            options().deserialize(rest).map_err(|error| TreesError::Damaged(format!("a value cannot be read: {error}")))
        }
        Some((version, _)) => {
            Err(TreesError::Damaged(format!("a value has version {version}, this program reads version {SCHEMA}")))
        }
        None => Err(TreesError::Damaged("a value is empty".to_owned())),
    }
}

/// Writes a byte string in one go; serde's own way for slices goes byte by byte. The form is the same.
pub(super) fn raw_bytes<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        number: u16,
        name: Option<String>,
    }

    #[test]
    fn the_form_is_frozen() {
        let row = Row { number: 0x0102, name: Some("김".to_owned()) };
        let bytes = encode(&row);
        assert_eq!(bytes, [1, 2, 1, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0xea, 0xb9, 0x80]);
        assert_eq!(decode::<Row>(&bytes), Ok(row));
    }

    #[test]
    fn other_versions_short_long_and_empty_values_are_damage() {
        let bytes = encode(&Row { number: 1, name: None });
        let mut other = bytes.clone();
        other[0] = 2;
        let mut long = bytes.clone();
        long.push(0);
        for bad in [&other[..], &long[..], &bytes[..bytes.len() - 1], &[]] {
            assert!(matches!(decode::<Row>(bad), Err(TreesError::Damaged(_))), "{bad:?}");
        }
    }

    #[test]
    fn a_damaged_length_allocates_nothing() {
        let mut bytes = encode(&Row { number: 1, name: Some("x".to_owned()) });
        bytes[4..12].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(decode::<Row>(&bytes).is_err());
    }
}
