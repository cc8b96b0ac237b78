//! Elements of XML as values. Whatever is put into one is escaped on the way in, except markup written in this crate.

use std::fmt::{self, Display, Write as _};

use crate::equipment::documents::letters::clean;

/// One element with everything in it.
#[derive(Clone, Debug)]
pub struct Xml {
    name: &'static str,
    attributes: String,
    inside: String,
}

/// An empty element.
pub fn el(name: &'static str) -> Xml {
    Xml { name, attributes: String::new(), inside: String::new() }
}

/// `<name w:val="…"/>`, the shape of most properties in WordprocessingML.
pub fn w_val(name: &'static str, value: impl Display) -> Xml {
    el(name).attr("w:val", value)
}

/// `<name val="…"/>`, the shape of most properties in DrawingML.
pub fn val(name: &'static str, value: impl Display) -> Xml {
    el(name).attr("val", value)
}

impl Xml {
    #[must_use]
    pub fn attr(mut self, name: &str, value: impl Display) -> Self {
        let _ = write!(self.attributes, " {name}=\"{}\"", escaped(&value.to_string()));
        self
    }

    #[must_use]
    pub fn with(self, child: Self) -> Self {
        self.all([child])
    }

    #[must_use]
    pub fn all(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            let _ = write!(self.inside, "{child}");
        }
        self
    }

    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.inside.push_str(&escaped(text));
        self
    }

    /// Markup as it stands in the source of this crate; never anything that comes from outside.
    #[must_use]
    pub fn markup(mut self, markup: &'static str) -> Self {
        self.inside.push_str(markup);
        self
    }
}

impl Display for Xml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.inside.is_empty() {
            write!(f, "<{}{}/>", self.name, self.attributes)
        } else {
            write!(f, "<{0}{1}>{2}</{0}>", self.name, self.attributes, self.inside)
        }
    }
}

/// The text for an element or an attribute in double quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// A colour as WordprocessingML and DrawingML write it: `D64541`.
pub fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("{red:02X}{green:02X}{blue:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_cannot_get_out() {
        let written = el("w:p").attr("w:x", "a\"b'<").with(el("w:t").text("<&>\u{1}")).with(w_val("w:b", 1));
        let expected = "<w:p w:x=\"a&quot;b'&lt;\"><w:t>&lt;&amp;&gt;</w:t><w:b w:val=\"1\"/></w:p>";
        assert_eq!(written.to_string(), expected);
        assert_eq!(hex([214, 69, 5]), "D64505");
    }
}
