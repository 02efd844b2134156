//! The few bytes of the tar format that a backup needs: plain files with plain names. A reader takes exactly what the
//! writer makes and nothing else, so that no link, folder, absolute or climbing name ever reaches a disk; a tar library
//! would have to be kept from all of that.

/// Everything in a tar file is a multiple of this.
pub(super) const BLOCK_BYTES: usize = 512;
/// Largest entry: the format holds 8 GiB, a segment of the largest setting 1 GiB.
const ENTRY_BYTES_MAX: u64 = 2 << 30;

/// The header of a plain file; nothing when the name does not fit.
pub(super) fn header(name: &str, bytes: u64) -> Option<[u8; BLOCK_BYTES]> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let plain = name.bytes().all(|byte| byte.is_ascii_graphic()) && !name.starts_with('/') && !file.is_empty();
    let climbs = name.split('/').any(|part| part.is_empty() || part == "." || part == "..");
    if !plain || climbs || folder.len() > 155 || file.len() > 100 || bytes > ENTRY_BYTES_MAX {
        return None;
    }
    let mut block = [0; BLOCK_BYTES];
    let mut put = |at: usize, text: &str| block[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, file);
    put(100, "0000600\0");
    put(108, "0000000\0");
    put(116, "0000000\0");
    put(124, &format!("{bytes:011o}\0"));
    put(136, "00000000000\0");
    put(148, "        ");
    put(156, "0");
    put(257, "ustar\0");
    put(263, "00");
    put(345, folder);
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(block)
}

/// Name and size that a header tells; nothing unless it is exactly what [`header`] makes.
pub(super) fn parse(block: &[u8; BLOCK_BYTES]) -> Option<(String, u64)> {
    let text = |range: std::ops::Range<usize>| {
        let field = &block[range];
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        std::str::from_utf8(&field[..end]).ok()
    };
    let (file, folder) = (text(0..100)?, text(345..500)?);
    let name = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    let bytes = u64::from_str_radix(text(124..136)?, 8).ok()?;
    (header(&name, bytes)?.as_slice() == block).then_some((name, bytes))
}

/// Zeros that fill the last block of an entry.
pub(super) fn padding(bytes: u64) -> usize {
    usize::try_from(bytes.next_multiple_of(BLOCK_BYTES as u64) - bytes).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_read_back_and_every_other_one_is_refused() {
        let long = format!("uploads/{}/{}.jpg", "s".repeat(32), "0".repeat(64));
        for (name, bytes) in
            [("manifest.json", 0), ("stores/moon/00000000000000000001.0.journal", 512), (&long, 1 << 30)]
        {
            let block = header(name, bytes).expect("fits");
            assert_eq!(parse(&block), Some((name.to_owned(), bytes)));
            for bit in 0..BLOCK_BYTES * 8 {
                let mut other = block;
                other[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(parse(&other), None, "{name}: bit {bit}");
            }
        }
        for name in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a", "a b", "가"] {
            assert_eq!(header(name, 1), None, "{name}");
        }
        assert_eq!([0, 1, 511, 512, 513].map(padding), [0, 511, 1, 0, 511]);
    }

    #[test]
    fn any_tar_lists_it() {
        let mut file = header("a/b.txt", 2).expect("fits").to_vec();
        file.extend_from_slice(b"hi");
        file.resize(file.len() + padding(2) + 2 * BLOCK_BYTES, 0);
        let place = tempfile::tempdir().expect("a folder");
        std::fs::write(place.path().join("x.tar"), file).expect("written");
        let mut tar = std::process::Command::new("tar");
        let status = tar.arg("xf").arg(place.path().join("x.tar")).arg("-C").arg(place.path()).status();
        assert!(status.expect("tar is everywhere").success());
        assert_eq!(std::fs::read_to_string(place.path().join("a/b.txt")).expect("unpacked"), "hi");
    }
}
