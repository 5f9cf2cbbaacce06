use super::{book, date};
use crate::attendance::{AttendanceCode, CodeBook, CodeBookError, HalfDay};

fn code(code: char, from: Option<&str>, to: Option<&str>) -> AttendanceCode {
    AttendanceCode {
        code,
        valid_from: from.map(date),
        valid_to: to.map(date),
        half_day: HalfDay::Present,
    }
}

#[test]
fn a_code_means_what_it_meant_on_the_day() {
    let book = book();
    let (last, first) = (date("2025-01-26"), date("2025-01-27"));
    assert_eq!(book.on(last, 'C'), Some(HalfDay::Present));
    assert_eq!(book.on(first, 'C'), Some(HalfDay::Unjustified));
    assert_eq!(book.on(last, 'H'), Some(HalfDay::Present));
    assert_eq!(book.on(first, 'H'), None);
    assert_eq!(book.on(last, 'N'), None);
    assert_eq!(book.on(first, 'N'), Some(HalfDay::Justified));
    assert_eq!(book.on(first, 'p'), None);
    assert_eq!(CodeBook::default().on(first, 'P'), None);
}

#[test]
fn a_book_in_which_a_code_means_two_things_is_refused() {
    let of = |codes: &[AttendanceCode]| CodeBook::new(codes.to_vec()).map(|_| ());
    let until = code('A', None, Some("2024-12-31"));
    assert_eq!(of(&[code('A', Some("2025-01-01"), None), until]), Ok(()));
    assert_eq!(of(&[code('A', Some("2024-12-31"), None), until]), Err(CodeBookError::Overlap('A')));
    assert_eq!(of(&[code('A', None, None), until]), Err(CodeBookError::Overlap('A')));
    assert_eq!(of(&[code('B', None, None), until]), Ok(()));
    assert_eq!(of(&[code('B', Some("2025-01-01"), Some("2025-01-01"))]), Ok(()));
    assert_eq!(
        of(&[code('B', Some("2025-01-02"), Some("2025-01-01"))]),
        Err(CodeBookError::Backwards('B'))
    );
}
