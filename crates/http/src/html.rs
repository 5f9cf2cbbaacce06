//! For every page that people read: texts in two languages, and text that cannot be taken for markup.

/// A text in both languages.
pub(crate) struct Both {
    pub en: String,
    pub mi: String,
}

pub(crate) fn both(en: impl Into<String>, mi: impl Into<String>) -> Both {
    Both { en: en.into(), mi: mi.into() }
}

impl Both {
    /// As the inside of a heading, each part marked with its language.
    pub(crate) fn heading(&self) -> String {
        let Self { en, mi } = self;
        format!("{} <span class=\"mi\" lang=\"mi\">{}</span>", escaped(en), escaped(mi))
    }
}

/// A text as it may stand in a page, between tags and in an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
