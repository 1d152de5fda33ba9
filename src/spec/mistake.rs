//! Mistakes in a pipeline file, collected while it is read.

use std::cell::RefCell;
use std::ops::Range;

/// Bytes of the file.
pub type Span = Range<usize>;

/// One mistake, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The bytes it concerns.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// What would be right: allowed values, "did you mean".
    pub help: Option<String>,
}

/// All mistakes of one file, in the order they were met.
#[derive(Debug, Default)]
pub struct Mistakes {
    list: RefCell<Vec<Mistake>>,
}

impl Mistakes {
    /// Notes a mistake.
    pub fn add(&self, span: Span, message: impl Into<String>) {
        self.list.borrow_mut().push(Mistake { span, message: message.into(), help: None });
    }

    /// Notes a mistake with the way to mend it.
    pub fn add_with_help(&self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.list.borrow_mut().push(Mistake { span, message: message.into(), help: Some(help.into()) });
    }

    /// Notes that `word` is none of `allowed`, with the nearest of them.
    pub fn unknown<'a>(
        &self,
        span: Span,
        what: &str,
        word: &str,
        allowed: impl IntoIterator<Item = &'a str>,
    ) {
        let allowed: Vec<&str> = allowed.into_iter().collect();
        let mut help = match crate::text::nearest(word, allowed.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? "),
            None => String::new(),
        };
        if allowed.is_empty() {
            help.push_str("nothing is known here");
        } else {
            help.push_str("allowed: ");
            help.push_str(&allowed.join(", "));
        }
        self.add_with_help(span, format!("unknown {what} `{word}`"), help);
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.list.borrow().len()
    }

    /// Whether a heading such as `[[step]]` could not be read, so that what follows it stands in the wrong
    /// table and would only be called unknown.
    pub fn break_the_structure(&self) -> bool {
        self.list.borrow().iter().any(|mistake| mistake.message.contains("table"))
    }

    /// All of them in the order of the file, each once.
    pub fn into_sorted(self) -> Vec<Mistake> {
        let mut list = self.list.into_inner();
        list.sort_by(|a, b| {
            (a.span.start, a.span.end, &a.message).cmp(&(b.span.start, b.span.end, &b.message))
        });
        list.dedup();
        list
    }
}
