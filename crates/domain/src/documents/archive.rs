//! Zip archives, which office files are (PKWARE APPNOTE 6.3): what is in them, and whether they are
//! made to do harm. Sizes are not believed: everything is unpacked once, piece by piece, into
//! nothing.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{DocumentRefusal, MediaType};

/// The longest end of an archive: its record, and a comment of 64 KiB.
pub const LONGEST_END: u64 = 22 + 65_535;
/// The longest directory that is read, in bytes.
const LONGEST_DIRECTORY: u64 = 4 * 1024 * 1024;
/// The most bytes that an archive may unpack to.
pub const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
/// How many times its size an archive may unpack to, once it unpacks to more than `NO_BOMB`.
pub const MOST_TIMES: u64 = 100;
/// What unpacks to less than this is no bomb, however small it was.
const NO_BOMB: u64 = 1024 * 1024;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Where the directory of an archive stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    pub at: u64,
    pub length: u64,
    entries: usize,
}

/// One file of an archive, as its directory has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    name: Vec<u8>,
    method: u16,
    /// CRC-32 of what it unpacks to (APPNOTE 6.3, §4.4.7).
    checksum: u32,
    packed: u64,
    unpacked: u64,
    /// Where its own header stands.
    at: u64,
}

/// Numbers in a record, least byte first.
struct Record<'a>(&'a [u8]);

impl Record<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = self.0.get(at..)?.first_chunk::<2>()?;
        Some(u16::from_le_bytes(*bytes))
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let bytes = self.0.get(at..)?.first_chunk::<4>()?;
        Some(u32::from_le_bytes(*bytes))
    }

    /// A size or a place; the largest number means that it stands in another record (zip64), which
    /// no document of the sizes that are taken needs.
    fn place(&self, at: usize) -> Option<u64> {
        self.u32(at).filter(|number| *number != u32::MAX).map(u64::from)
    }
}

/// Finds the directory from the last bytes of a file of `size` bytes.
pub fn directory(end: &[u8], size: u64) -> Result<Directory, DocumentRefusal> {
    let suspicious = DocumentRefusal::Suspicious;
    let begins = |at: &usize| {
        let record = Record(end.get(*at..).unwrap_or_default());
        let comment = record.u16(20).map(usize::from);
        let after = record.0.len().checked_sub(22);
        record.0.starts_with(b"PK\x05\x06") && comment.is_some() && comment == after
    };
    let at = (0..end.len()).rev().find(begins).ok_or(suspicious)?;
    let read = || {
        let record = Record(end.get(at..)?);
        let (disk, first_disk) = (record.u16(4)?, record.u16(6)?);
        let (here, entries) = (record.u16(8)?, record.u16(10)?);
        let directory =
            Directory { at: record.place(16)?, length: record.place(12)?, entries: entries.into() };
        let whole = disk == 0 && first_disk == 0 && here == entries && entries != u16::MAX;
        // Nothing stands between the directory and its end.
        let record_at = size.checked_sub(u64::try_from(end.len() - at).ok()?)?;
        let close = directory.at.checked_add(directory.length) == Some(record_at);
        (whole && close && directory.length <= LONGEST_DIRECTORY).then_some(directory)
    };
    read().ok_or(suspicious)
}

impl Directory {
    /// Reads the entries, and refuses what the directory itself gives away.
    pub fn entries(&self, bytes: &[u8]) -> Result<Vec<Entry>, DocumentRefusal> {
        let mut rest = bytes;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let (entry, after) = entry(rest).ok_or(DocumentRefusal::Suspicious)?;
            entries.push(entry);
            rest = after;
        }
        let packed = sum(entries.iter().map(|entry| entry.packed));
        let unpacked = sum(entries.iter().map(|entry| entry.unpacked));
        // Entries that share their bytes are how a small file unpacks to a very large one.
        let apart = packed <= self.at;
        if entries.len() != self.entries || !apart || is_bomb(unpacked, self.at) {
            return Err(DocumentRefusal::Suspicious);
        }
        entries.sort_unstable_by_key(|entry| entry.at);
        Ok(entries)
    }
}

fn sum(mut sizes: impl Iterator<Item = u64>) -> u64 {
    sizes.try_fold(0_u64, u64::checked_add).unwrap_or(u64::MAX)
}

fn is_bomb(unpacked: u64, packed: u64) -> bool {
    unpacked > MOST_UNPACKED || (unpacked > NO_BOMB && unpacked > packed.saturating_mul(MOST_TIMES))
}

/// The first entry of a directory and what stands after it; `None` for one that is damaged,
/// encrypted, packed in an unusual way, or meant for a place outside the archive.
fn entry(bytes: &[u8]) -> Option<(Entry, &[u8])> {
    let record = Record(bytes);
    let (flags, method) = (record.u16(8)?, record.u16(10)?);
    let lengths = [record.u16(28)?, record.u16(30)?, record.u16(32)?].map(usize::from);
    let [name_length, ..] = lengths;
    let name = bytes.get(46..)?.get(..name_length)?.to_vec();
    let (checksum, packed, unpacked) = (record.u32(16)?, record.place(20)?, record.place(24)?);
    let entry = Entry { method, checksum, packed, unpacked, at: record.place(42)?, name };
    let climbs = entry.name.starts_with(b"/")
        || entry.name.split(|byte| matches!(byte, b'/' | b'\\')).any(|part| part == b"..");
    let plain = match method {
        STORED => packed == unpacked,
        DEFLATED => true,
        _ => false,
    };
    let encrypted = flags & 1 == 1;
    let sound = bytes.starts_with(b"PK\x01\x02") && plain && !encrypted && !climbs;
    let after = bytes.get(46 + lengths.iter().sum::<usize>()..)?;
    sound.then_some((entry, after))
}

/// Which kind of office file an archive is, if any. One with macros is a program.
pub fn kind(entries: &[Entry], head: &[u8]) -> Option<MediaType> {
    let has = |fits: &dyn Fn(&[u8]) -> bool| entries.iter().any(|entry| fits(&entry.name));
    let begins = |with: &'static [u8]| move |name: &[u8]| name.starts_with(with);
    let macros = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        name.ends_with(b"vbaproject.bin") || name.ends_with(b"vbadata.xml")
    };
    if has(&macros) || has(&begins(b"Basic/")) || has(&begins(b"Scripts/")) {
        return None;
    }
    if has(&|name| name == b"[Content_Types].xml") {
        let kinds: [(&'static [u8], MediaType); 3] =
            [(b"word/", MediaType::Docx), (b"xl/", MediaType::Xlsx), (b"ppt/", MediaType::Pptx)];
        return kinds.into_iter().find(|(folder, _)| has(&begins(folder))).map(|(_, kind)| kind);
    }
    // An OpenDocument file says what it is in its first entry, which is stored as it is
    // (ODF 1.2, part 3, §3.3).
    let first = entries.first()?;
    let length = usize::try_from(first.packed).ok()?;
    let said = head.get(30 + first.name.len()..)?.get(..length)?;
    let stored = first.at == 0 && first.method == STORED && first.name == b"mimetype";
    [MediaType::Odt, MediaType::Ods]
        .into_iter()
        .find(|kind| stored && kind.as_str().as_bytes() == said)
}

/// Unpacks an archive that comes in piece by piece, to see that it is what its directory says.
pub struct Unpacking {
    entries: std::vec::IntoIter<Entry>,
    /// How many bytes have come in.
    read: u64,
    place: NextBytes,
    spare: Vec<u8>,
}

/// What the next bytes are.
enum NextBytes {
    /// So many bytes that are passed over, before an entry's header.
    Before(u64, Entry),
    Header(Vec<u8>, Entry),
    /// So many bytes of names, before an entry's data.
    Names(u64, Entry),
    Data(Box<Unpacked>),
    /// The directory and its end, which are read already.
    Rest,
}

struct Unpacked {
    left: u64,
    entry: Entry,
    inflate: Option<Decompress>,
    produced: u64,
    checksum: Crc,
}

impl Unpacking {
    /// Of entries in the order in which they stand in the file.
    pub fn new(entries: Vec<Entry>) -> Result<Self, DocumentRefusal> {
        let spare = vec![0; 32 * 1024];
        let mut unpacking =
            Self { entries: entries.into_iter(), read: 0, place: NextBytes::Rest, spare };
        unpacking.place = unpacking.next()?;
        Ok(unpacking)
    }

    fn next(&mut self) -> Result<NextBytes, DocumentRefusal> {
        let Some(entry) = self.entries.next() else { return Ok(NextBytes::Rest) };
        let gap = entry.at.checked_sub(self.read).ok_or(DocumentRefusal::Suspicious)?;
        Ok(NextBytes::Before(gap, entry))
    }

    /// Takes the next bytes of the file.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<(), DocumentRefusal> {
        loop {
            let place = std::mem::replace(&mut self.place, NextBytes::Rest);
            let (place, rest) = self.step(place, bytes)?;
            self.place = place;
            let stuck = rest.len() == bytes.len() && rest.is_empty();
            bytes = rest;
            if stuck || matches!(self.place, NextBytes::Rest) {
                return Ok(());
            }
        }
    }

    fn step<'a>(
        &mut self,
        place: NextBytes,
        bytes: &'a [u8],
    ) -> Result<(NextBytes, &'a [u8]), DocumentRefusal> {
        Ok(match place {
            NextBytes::Rest => (NextBytes::Rest, &[]),
            NextBytes::Before(0, entry) => {
                (NextBytes::Header(Vec::with_capacity(30), entry), bytes)
            }
            NextBytes::Before(gap, entry) => {
                let (passed, rest) = self.cut(bytes, gap);
                (NextBytes::Before(gap.saturating_sub(length(passed)), entry), rest)
            }
            NextBytes::Header(mut header, entry) => {
                let (more, rest) = self.cut(bytes, 30_u64.saturating_sub(length(&header)));
                header.extend_from_slice(more);
                let place = if header.len() < 30 {
                    NextBytes::Header(header, entry)
                } else {
                    NextBytes::Names(names(&header).ok_or(DocumentRefusal::Suspicious)?, entry)
                };
                (place, rest)
            }
            NextBytes::Names(0, entry) => {
                let inflate = (entry.method == DEFLATED).then(|| Decompress::new(false));
                let (left, checksum) = (entry.packed, Crc::new());
                let data = Unpacked { left, entry, inflate, produced: 0, checksum };
                (NextBytes::Data(Box::new(data)), bytes)
            }
            NextBytes::Names(left, entry) => {
                let (passed, rest) = self.cut(bytes, left);
                (NextBytes::Names(left.saturating_sub(length(passed)), entry), rest)
            }
            NextBytes::Data(mut data) => {
                let (packed, rest) = self.cut(bytes, data.left);
                data.left = data.left.saturating_sub(length(packed));
                data.unpack(packed, &mut self.spare)?;
                if data.left > 0 {
                    (NextBytes::Data(data), rest)
                } else if data.is_whole() {
                    (self.next()?, rest)
                } else {
                    return Err(DocumentRefusal::Suspicious);
                }
            }
        })
    }

    /// The next bytes, at most so many, and those after them.
    fn cut<'a>(&mut self, bytes: &'a [u8], most: u64) -> (&'a [u8], &'a [u8]) {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let (first, rest) = bytes.split_at_checked(most).unwrap_or((bytes, &[]));
        self.read = self.read.saturating_add(length(first));
        (first, rest)
    }

    /// Whether everything that the directory names has come.
    pub fn finish(self) -> Result<(), DocumentRefusal> {
        match self.place {
            NextBytes::Rest => Ok(()),
            NextBytes::Before(..)
            | NextBytes::Header(..)
            | NextBytes::Names(..)
            | NextBytes::Data(_) => Err(DocumentRefusal::Suspicious),
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// How many bytes of names follow the header of an entry.
fn names(header: &[u8]) -> Option<u64> {
    let record = Record(header);
    let lengths = u64::from(record.u16(26)?) + u64::from(record.u16(28)?);
    header.starts_with(b"PK\x03\x04").then_some(lengths)
}

impl Unpacked {
    /// Whether it unpacked to what the directory says: as many bytes, and the same ones.
    fn is_whole(&self) -> bool {
        self.produced == self.entry.unpacked && self.checksum.sum() == self.entry.checksum
    }

    fn unpack(&mut self, mut packed: &[u8], spare: &mut [u8]) -> Result<(), DocumentRefusal> {
        let Some(inflate) = &mut self.inflate else {
            self.produced = self.produced.saturating_add(length(packed));
            self.checksum.update(packed);
            return Ok(());
        };
        loop {
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(packed, spare, FlushDecompress::None);
            let status = status.map_err(|_damaged| DocumentRefusal::Suspicious)?;
            let taken = usize::try_from(inflate.total_in() - before_in).unwrap_or(usize::MAX);
            packed = packed.get(taken..).unwrap_or_default();
            self.produced = inflate.total_out();
            let made = usize::try_from(self.produced - before_out).unwrap_or(usize::MAX);
            self.checksum.update(spare.get(..made).unwrap_or_default());
            if self.produced > self.entry.unpacked {
                return Err(DocumentRefusal::Suspicious);
            }
            let idle = taken == 0 && inflate.total_out() == before_out;
            if idle || matches!(status, Status::StreamEnd) {
                return Ok(());
            }
        }
    }
}
