//! A JSON value that knows its path, so that whatever is wrong with it can be said with its name.
//!
//! The path is a chain of borrowed steps and becomes text only in an error: reading 1,500 histories allocates nothing
//! for it.

use std::fmt;

use serde_json::Value;

use super::BadInvocation;

/// The value that stands for an absent one: a field left out and a field sent as null mean the same.
static ABSENT: Value = Value::Null;

/// Characters of a refused value that an error repeats.
const QUOTED_CHARS: usize = 40;

/// One value of a request and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Field<'a> {
    value: &'a Value,
    parent: Option<&'a Field<'a>>,
    step: Step<'a>,
}

/// The last step of a path.
#[derive(Clone, Copy)]
enum Step<'a> {
    Body,
    Key(&'a str),
    Index(usize),
}

impl<'a> Field<'a> {
    /// The whole body.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, parent: None, step: Step::Body }
    }

    /// Whether it is an object that holds this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// The value of a key; null where there is none.
    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self { value: self.value.get(key).unwrap_or(&ABSENT), parent: Some(self), step: Step::Key(key) }
    }

    /// The items of a list.
    pub(super) fn items(&'a self, of: &str) -> Result<impl ExactSizeIterator<Item = Self>, BadInvocation> {
        let items = self.value.as_array().ok_or_else(|| self.refuse("no list", of))?;
        let item = move |(index, value)| Self { value, parent: Some(self), step: Step::Index(index) };
        Ok(items.iter().enumerate().map(item))
    }

    /// Whether nothing was sent.
    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// A number between two bounds, both included.
    pub(super) fn number(&self, from: f64, to: f64, is: &str, send: &str) -> Result<f64, BadInvocation> {
        let number = self.value.as_f64().filter(|number| (from..=to).contains(number));
        number.ok_or_else(|| self.refuse(is, send))
    }

    /// A whole number between two bounds, both included; `5.0` counts as 5.
    pub(super) fn whole(&self, from: i32, to: i32, is: &str, send: &str) -> Result<i32, BadInvocation> {
        let number = self.number(from.into(), to.into(), is, send)?;
        if number.fract() == 0.0 { Ok(number as i32) } else { Err(self.refuse(is, send)) }
    }

    /// A count of bikes or docks, or null where nothing was observed.
    pub(super) fn count(&self) -> Result<Option<u16>, BadInvocation> {
        if self.is_null() {
            return Ok(None);
        }
        self.whole(0, u16::MAX.into(), "no count", "0…65535 or null").map(|count| Some(count as u16))
    }

    /// A list of counts.
    pub(super) fn counts(&self) -> Result<Vec<Option<u16>>, BadInvocation> {
        self.items("a list of counts, oldest first")?.map(|slot| slot.count()).collect()
    }

    /// The newest of a list of counts, or a count alone.
    pub(super) fn newest_count(&self) -> Result<Option<u16>, BadInvocation> {
        if !self.value.is_array() {
            return self.count();
        }
        Ok(self.counts()?.last().copied().flatten())
    }

    /// True or false; 1 and 0 are taken for them.
    pub(super) fn flag(&self) -> Result<bool, BadInvocation> {
        match self.value {
            Value::Bool(flag) => Ok(*flag),
            _ => self.whole(0, 1, "neither", "true or false").map(|flag| flag == 1),
        }
    }

    /// Text; whole numbers are taken as their digits, because feeds write ids either way.
    pub(super) fn text(&self, send: &str) -> Result<String, BadInvocation> {
        match self.value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
            _ => Err(self.refuse("no text", send)),
        }
    }

    /// The error that says what was found here and what to send: `-1 is no count, send 0…65535 or null`.
    pub(super) fn refuse(&self, is: &str, send: &str) -> BadInvocation {
        let reason = match self.value {
            Value::Null => format!("missing, send {send}"),
            Value::Array(_) => format!("a list is {is}, send {send}"),
            Value::Object(_) => format!("an object is {is}, send {send}"),
            value => format!("{} is {is}, send {send}", quoted(value)),
        };
        self.bad(reason)
    }

    /// The error of this field, in the caller's words.
    pub(super) fn bad(&self, reason: String) -> BadInvocation {
        BadInvocation::BadField { field: self.to_string(), reason }
    }
}

/// The value as it was sent, cut where it is long.
fn quoted(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= QUOTED_CHARS {
        return text;
    }
    text.chars().take(QUOTED_CHARS).chain(['…']).collect()
}

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parent = self.parent.filter(|parent| !matches!(parent.step, Step::Body));
        if let Some(parent) = parent {
            write!(f, "{parent}")?;
        }
        match self.step {
            Step::Body => f.write_str("body"),
            Step::Key(key) if parent.is_some() => write!(f, ".{key}"),
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}
