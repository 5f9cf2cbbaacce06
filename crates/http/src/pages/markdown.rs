//! Markdown as the guides use it, as HTML: headings with anchors, paragraphs, lists, tables, code.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::html::escaped;

/// The markup of a text. `link` answers where a link leads on this server; the words of a link that
/// leads nowhere here stay without it.
pub(super) fn html(markdown: &str, link: impl Fn(&str) -> Option<String>) -> String {
    let events: Vec<Event<'_>> = Parser::new_ext(markdown, Options::ENABLE_TABLES).collect();
    let mut page = Page { html: String::new(), link, tables: 0, in_head: false, links: Vec::new() };
    for (at, event) in events.iter().enumerate() {
        let rest = events.get(at + 1..).unwrap_or_default();
        page.push(event, rest);
    }
    page.html
}

struct Page<L> {
    html: String,
    link: L,
    tables: usize,
    in_head: bool,
    /// Whether each link that is open has become one.
    links: Vec<bool>,
}

impl<L: Fn(&str) -> Option<String>> Page<L> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's long list")]
    fn push(&mut self, event: &Event<'_>, rest: &[Event<'_>]) {
        match event {
            Event::Start(tag) => self.open(tag, rest),
            Event::End(tag) => self.close(*tag),
            Event::Code(code) => self.add(&format!("<code>{}</code>", escaped(code))),
            Event::SoftBreak => self.add("\n"),
            Event::HardBreak => self.add("<br>"),
            Event::Rule => self.add("<hr>"),
            // Markup in a guide is text.
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.add(&escaped(text));
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's long list")]
    fn open(&mut self, tag: &Tag<'_>, rest: &[Event<'_>]) {
        match tag {
            Tag::Paragraph => self.add("<p>"),
            Tag::Heading { level, .. } => {
                let anchor = anchor(&heading(rest));
                self.add(&format!("<h{} id=\"{anchor}\">", number(*level)));
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) => {
                let language = escaped(language);
                self.add(&format!("<pre tabindex=\"0\"><code class=\"language-{language}\">"));
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => self.add("<pre tabindex=\"0\"><code>"),
            Tag::List(None) => self.add("<ul>"),
            Tag::List(Some(first)) => self.add(&format!("<ol start=\"{first}\">")),
            Tag::Item => self.add("<li>"),
            Tag::Table(_) => {
                self.tables += 1;
                let number = self.tables;
                self.add(&format!(
                    "<div class=\"wide\" role=\"region\" aria-label=\"Table {number}\" \
                     tabindex=\"0\"><table>"
                ));
            }
            Tag::TableHead => {
                self.in_head = true;
                self.add("<thead><tr>");
            }
            Tag::TableRow => self.add("<tr>"),
            Tag::TableCell if self.in_head => self.add("<th scope=\"col\">"),
            Tag::TableCell => self.add("<td>"),
            Tag::Emphasis => self.add("<em>"),
            Tag::Strong => self.add("<strong>"),
            Tag::Link { dest_url, .. } => {
                let target = (self.link)(dest_url);
                self.links.push(target.is_some());
                if let Some(target) = target {
                    self.add(&format!("<a href=\"{}\">", escaped(&target)));
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's long list")]
    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.add("</p>"),
            TagEnd::Heading(level) => self.add(&format!("</h{}>", number(level))),
            TagEnd::CodeBlock => self.add("</code></pre>"),
            TagEnd::List(false) => self.add("</ul>"),
            TagEnd::List(true) => self.add("</ol>"),
            TagEnd::Item => self.add("</li>"),
            TagEnd::Table => self.add("</tbody></table></div>"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.add("</tr></thead><tbody>");
            }
            TagEnd::TableRow => self.add("</tr>"),
            TagEnd::TableCell if self.in_head => self.add("</th>"),
            TagEnd::TableCell => self.add("</td>"),
            TagEnd::Emphasis => self.add("</em>"),
            TagEnd::Strong => self.add("</strong>"),
            TagEnd::Link if self.links.pop() == Some(true) => self.add("</a>"),
            _ => {}
        }
    }

    fn add(&mut self, markup: &str) {
        self.html.push_str(markup);
    }
}

/// The words of the heading that has just begun.
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's long list")]
fn heading(rest: &[Event<'_>]) -> String {
    let inside = rest.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    let words = inside.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    words.collect()
}

/// What a heading is called in a link, as the places call it that show Markdown.
fn anchor(heading: &str) -> String {
    let lower = heading.to_lowercase();
    let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::html;

    fn shown(markdown: &str) -> String {
        html(markdown, |link| (!link.starts_with("..")).then(|| format!("/guides/{link}")))
    }

    #[test]
    fn what_the_guides_use_has_its_markup() {
        for (markdown, expected) in [
            ("One *two* **three**\nfour", "<p>One <em>two</em> <strong>three</strong>\nfour</p>"),
            ("## `GET` & more", "<h2 id=\"get--more\"><code>GET</code> &amp; more</h2>"),
            ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
            ("3. a", "<ol start=\"3\"><li>a</li></ol>"),
            (
                "```sh\na <b> && c\n```",
                "<pre tabindex=\"0\"><code class=\"language-sh\">a &lt;b&gt; &amp;&amp; c\n</code></pre>",
            ),
            ("[a](b.md#c)", "<p><a href=\"/guides/b.md#c\">a</a></p>"),
            ("[a](../b.md) [c](d)", "<p>a <a href=\"/guides/d\">c</a></p>"),
        ] {
            assert_eq!(shown(markdown), expected);
        }
    }

    #[test]
    fn a_table_has_heads_and_a_name() {
        let table = shown("| A | |\n|---|---|\n| `1` | 2 |\n");
        let head = "<thead><tr><th scope=\"col\">A</th><th scope=\"col\"></th></tr></thead>";
        let body = "<tbody><tr><td><code>1</code></td><td>2</td></tr></tbody>";
        let frame = "<div class=\"wide\" role=\"region\" aria-label=\"Table 1\" tabindex=\"0\">";
        assert_eq!(table, format!("{frame}<table>{head}{body}</table></div>"));
    }

    #[test]
    fn markup_in_a_guide_is_text() {
        let page = shown("a <script>b</script>\n\n<img src=\"x\">\n");
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }
}
