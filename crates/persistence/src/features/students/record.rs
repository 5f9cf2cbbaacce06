//! The student's own row.
