use std::io::Write;

use super::archive::{self, LONGEST_END, MOST_UNPACKED, Unpacking};
use super::content::{Content, TextCheck, recognise};
use super::{DocumentRefusal, DocumentState, MediaType, Verdict, check_name, may_add};
use crate::access::Visibility;
use crate::text::Line;

/// One file of an archive that a test makes.
struct File<'a> {
    name: &'a str,
    method: u16,
    packed: Vec<u8>,
    /// What the directory says that it unpacks to.
    unpacked: u32,
    checksum: u32,
}

fn checksum(content: &[u8]) -> u32 {
    let mut checksum = flate2::Crc::new();
    checksum.update(content);
    checksum.sum()
}

fn stored<'a>(name: &'a str, content: &[u8]) -> File<'a> {
    let unpacked = u32::try_from(content.len()).unwrap();
    File { name, method: 0, packed: content.to_vec(), unpacked, checksum: checksum(content) }
}

fn deflated<'a>(name: &'a str, content: &[u8]) -> File<'a> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    let unpacked = u32::try_from(content.len()).unwrap();
    let packed = encoder.finish().unwrap();
    File { name, method: 8, packed, unpacked, checksum: checksum(content) }
}

/// The bytes of an archive (PKWARE APPNOTE 6.3, §4.3).
fn zip(files: &[File<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for File { name, method, packed, unpacked, checksum } in files {
        let at = u32::try_from(bytes.len()).unwrap();
        let mut about = Vec::new();
        about.extend([20, 0, 0, 0]);
        about.extend(method.to_le_bytes());
        about.extend([0; 4]);
        about.extend(checksum.to_le_bytes());
        about.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        about.extend(unpacked.to_le_bytes());
        about.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        about.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&about);
        bytes.extend(name.as_bytes());
        bytes.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, length) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    bytes.extend([count, count].concat());
    bytes.extend(u32::try_from(length).unwrap().to_le_bytes());
    bytes.extend(u32::try_from(at).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// Looks at an archive as the service does, with the file in pieces of this size.
fn looked_at(bytes: &[u8], piece: usize) -> Result<Option<MediaType>, DocumentRefusal> {
    let size = u64::try_from(bytes.len()).unwrap();
    let longest = usize::try_from(LONGEST_END).unwrap();
    let directory = archive::directory(&bytes[bytes.len().saturating_sub(longest)..], size)?;
    let at = usize::try_from(directory.at).unwrap();
    let length = usize::try_from(directory.length).unwrap();
    let entries = directory.entries(&bytes[at..at + length])?;
    let kind = archive::kind(&entries, &bytes[..bytes.len().min(4096)]);
    let mut unpacking = Unpacking::new(entries)?;
    bytes.chunks(piece).try_for_each(|piece| unpacking.take(piece))?;
    unpacking.finish()?;
    Ok(kind)
}

fn docx() -> Vec<File<'static>> {
    vec![
        deflated("[Content_Types].xml", b"<Types/>"),
        deflated("word/document.xml", "<w:t>Tēnā koe</w:t>".repeat(200).as_bytes()),
        stored("word/empty.xml", b""),
        stored("word/media/image1.png", b"\x89PNG"),
    ]
}

#[test]
fn office_files_are_told_by_what_is_in_them() {
    let with = |folder: &'static str| {
        zip(&[deflated("[Content_Types].xml", b"<Types/>"), deflated(folder, b"<x/>")])
    };
    let odf =
        |mime: &str| zip(&[stored("mimetype", mime.as_bytes()), deflated("content.xml", b"<x/>")]);
    for (bytes, kind) in [
        (zip(&docx()), Some(MediaType::Docx)),
        (with("xl/workbook.xml"), Some(MediaType::Xlsx)),
        (with("ppt/presentation.xml"), Some(MediaType::Pptx)),
        (odf(MediaType::Odt.as_str()), Some(MediaType::Odt)),
        (odf(MediaType::Ods.as_str()), Some(MediaType::Ods)),
        (odf("application/vnd.oasis.opendocument.graphics"), None),
        (with("readme.txt"), None),
        (with("word/vbaProject.bin"), None),
        (with("word/VBAPROJECT.BIN"), None),
        (zip(&[stored("setup.exe", b"MZ")]), None),
    ] {
        for piece in [1, 7, 1024, bytes.len()] {
            assert_eq!(looked_at(&bytes, piece), Ok(kind), "in pieces of {piece}");
        }
    }
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_suspicious() {
    let suspicious = Err(DocumentRefusal::Suspicious);
    let zeros = vec![0; 4 * 1024 * 1024];
    let honest = zip(&[docx().remove(0), deflated("word/document.xml", &zeros)]);
    assert!(honest.len() < 10_000);
    assert_eq!(looked_at(&honest, 4096), suspicious);
    let mut lying = deflated("word/document.xml", &zeros);
    lying.unpacked = 1000;
    assert_eq!(looked_at(&zip(&[docx().remove(0), lying]), 4096), suspicious);
    let mut huge = stored("word/document.xml", b"x");
    huge.unpacked = u32::try_from(MOST_UNPACKED).unwrap() + 1;
    huge.method = 8;
    assert_eq!(looked_at(&zip(&[huge]), 4096), suspicious);
    let mut short = deflated("word/document.xml", b"some words");
    short.unpacked += 1;
    assert_eq!(looked_at(&zip(&[short]), 4096), suspicious);
}

#[test]
fn an_archive_whose_content_is_not_what_its_checksum_says_is_suspicious() {
    let good = zip(&docx());
    for file in 0..docx().len() {
        let mut files = docx();
        files[file].checksum ^= 1;
        let pieces = [1, 7, 1024, good.len()];
        for piece in pieces {
            assert_eq!(looked_at(&zip(&files), piece), Err(DocumentRefusal::Suspicious), "{file}");
        }
    }
    // A bit that fell over in a stored picture: the sizes are right all the same.
    let picture = good.windows(4).position(|four| four == b"\x89PNG").unwrap();
    let mut fallen = good;
    fallen[picture + 1] ^= 4;
    assert_eq!(looked_at(&fallen, 64), Err(DocumentRefusal::Suspicious));
}

#[test]
fn an_archive_whose_files_share_their_bytes_is_suspicious() {
    let mut bytes = zip(&[stored("word/a", b"0123456789"), stored("word/b", b"0123456789")]);
    // The second entry of the directory is led to the first one's bytes.
    let second = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    bytes[second + 42..second + 46].copy_from_slice(&[0; 4]);
    assert_eq!(looked_at(&bytes, 64), Err(DocumentRefusal::Suspicious));
}

#[test]
fn a_damaged_or_hidden_archive_is_suspicious() {
    let good = zip(&docx());
    let suspicious = Err(DocumentRefusal::Suspicious);
    for cut in [1, 21, 22, 60, good.len() - 4] {
        assert_eq!(looked_at(&good[..good.len() - cut], 64), suspicious, "without {cut} bytes");
    }
    let mut encrypted = good.clone();
    let entry = encrypted.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    encrypted[entry + 8] |= 1;
    assert_eq!(looked_at(&encrypted, 64), suspicious);
    let mut unusual = good.clone();
    unusual[entry + 10] = 14;
    assert_eq!(looked_at(&unusual, 64), suspicious);
    for name in ["../word/a", "word/../../a", "/etc/a", "word\\..\\a"] {
        assert_eq!(looked_at(&zip(&[stored(name, b"x")]), 64), suspicious, "{name}");
    }
    let mut behind = good.clone();
    behind.extend(b"more");
    assert_eq!(looked_at(&behind, 64), suspicious);
}

#[test]
fn no_bytes_make_the_reader_of_archives_fail_in_any_other_way() {
    let good = zip(&docx());
    for at in 0..good.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut changed = good.clone();
            changed[at] = value;
            if let Err(err) = looked_at(&changed, 37) {
                assert_eq!(err, DocumentRefusal::Suspicious);
            }
        }
    }
}

fn known(media: MediaType) -> Content {
    Content::Known(media)
}

#[test]
fn content_decides_and_the_name_does_not() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    for (head, is_text, name, expected) in [
        (&b"%PDF-1.7\n\xe2\xe3"[..], false, "a.exe", known(MediaType::Pdf)),
        (b"%PDF-1.4\n", true, "a.txt", known(MediaType::Pdf)),
        (b"\x89PNG\r\n\x1a\n\0", false, "a", known(MediaType::Png)),
        (b"\xff\xd8\xff\xe0\0", false, "a.png", known(MediaType::Jpeg)),
        (heic, false, "a.jpg", known(MediaType::Heic)),
        (b"PK\x03\x04\x14\0", false, "a.pdf", Content::Archive),
        (b"BM is the school", true, "a", known(MediaType::Txt)),
        (b"MZ was away", true, "a.txt", known(MediaType::Txt)),
        (b"ID,name\n1,Hana\n", true, "a.CSV", known(MediaType::Csv)),
        (b"ID,name\n1,Hana\n", true, "a.csv.exe", known(MediaType::Txt)),
        (b"MZ\x90\0\x03\0\0\0", false, "report.pdf", Content::Other),
        (b"\x7fELF\x02\x01\x01\0", false, "photo.jpeg", Content::Other),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", false, "a.docx", Content::Other),
        (b"#!/bin/sh\nrm", true, "notes.txt", Content::Other),
        (b"<html><script>", true, "notes.txt", Content::Other),
        (b"  <!DOCTYPE html >", true, "notes.txt", Content::Other),
        (b"<?xml version='1.0'?><svg/>", true, "a.png", Content::Other),
        (b"\xef\xbb\xbf<html><script>", true, "notes.txt", Content::Other),
        (b"\xef\xbb\xbf \r\n\xef\xbb\xbf<!-- a -->", true, "notes.csv", Content::Other),
        (b"\n<HTML\n>", true, "notes.txt", Content::Other),
        (b"<svg\tonload=alert(1)>", true, "a.txt", Content::Other),
        (b"\xef\xbb\xbf</p><img src=x>", true, "a.txt", Content::Other),
        (b"\xef\xbb\xbf#!/bin/sh\nrm", true, "notes.txt", Content::Other),
        (b"\xef\xbb\xbfname;day\n", true, "a.csv", known(MediaType::Csv)),
        (b"< 70 % of the term", true, "a.txt", known(MediaType::Txt)),
        (b"<3 from all of us", true, "a.txt", known(MediaType::Txt)),
        (b"# Plan\n", true, "a.txt", known(MediaType::Txt)),
        (b"GIF89a\x01\0\x01\0", false, "a.png", Content::Other),
        (b"", true, "empty.txt", Content::Other),
    ] {
        assert_eq!(recognise(head, is_text, &name.into()), expected, "{head:?} {name}");
    }
}

#[test]
fn text_is_utf8_without_control_characters_wherever_it_is_cut() {
    for (bytes, is_text) in [
        ("Tēnā koe, e Āria.\r\n\tKa pai 🙂\n".as_bytes(), true),
        (b"\xef\xbb\xbfname;day\n", true),
        (b"", true),
        (b"nul \0", false),
        (b"bell \x07", false),
        (b"\xff\xfea\0", false),
        (b"caf\xe9 au lait", false),
        (b"half a macron \xc4", false),
        ("high control \u{85}".as_bytes(), false),
    ] {
        for piece in 1..=bytes.len().max(1) {
            let mut check = TextCheck::new();
            bytes.chunks(piece).for_each(|piece| check.take(piece));
            assert_eq!(check.is_text(), is_text, "{bytes:?} in pieces of {piece}");
        }
    }
}

#[test]
fn a_name_has_no_path_in_it() {
    for name in
        ["../a.pdf", "a/b.pdf", "a\\b.pdf", "C:a.pdf", "c:\\a.pdf", "/etc/passwd", "..", "."]
    {
        assert_eq!(check_name(&Line::from(name)), Err(DocumentRefusal::NameHasPath), "{name}");
    }
    for name in ["a.pdf", "Hui 12:30.pdf", "...", ".profile", "Tū… a..b.pdf"] {
        assert_eq!(check_name(&Line::from(name)), Ok(()), "{name}");
    }
}

#[test]
fn a_name_gets_the_ending_of_what_it_is() {
    for (media, name, expected) in [
        (MediaType::Pdf, "Plan.PDF", "Plan.PDF"),
        (MediaType::Pdf, "plan.exe", "plan.exe.pdf"),
        (MediaType::Jpeg, "photo.jpg", "photo.jpg"),
        (MediaType::Heic, "photo.heif", "photo.heif"),
        (MediaType::Txt, "run.bat", "run.bat.txt"),
        (MediaType::Txt, "notes", "notes.txt"),
    ] {
        assert_eq!(media.with_ending(&name.into()), expected);
    }
    for media in MediaType::ALL {
        assert_eq!(MediaType::of_ending(media.ending()), Some(*media));
    }
}

#[test]
fn only_casework_adds_private_documents() {
    use Visibility::{Private, Shared};
    for (visibility, casework, expected) in [
        (Shared, true, Ok(())),
        (Shared, false, Ok(())),
        (Private, true, Ok(())),
        (Private, false, Err(DocumentRefusal::OnlyShared)),
    ] {
        assert_eq!(may_add(visibility, casework), expected);
    }
}

#[test]
fn the_first_verdict_stands_and_only_what_is_clean_is_read() {
    use DocumentState::{Clean, Quarantined, Refused};
    for (state, after_clean, after_refused, readable) in [
        (Quarantined, Some(Clean), Some(Refused), Err(DocumentRefusal::Quarantined)),
        (Clean, None, None, Ok(())),
        (Refused, None, None, Err(DocumentRefusal::Refused)),
    ] {
        assert_eq!(state.after(Verdict::Clean), after_clean);
        assert_eq!(state.after(Verdict::Refused), after_refused);
        assert_eq!(state.readable(), readable);
        assert_eq!(state.is_quarantined(), state == Quarantined);
        assert_eq!(state.is_refused(), state == Refused);
    }
    assert_eq!(DocumentState::on_arrival(None), Quarantined);
    assert_eq!(DocumentState::on_arrival(Some(Verdict::Clean)), Clean);
}
