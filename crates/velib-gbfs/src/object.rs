//! Reading JSON that may be anything: an object, a list, or something else, never an error for being the wrong one.
//!
//! A record with one strange field must cost that record, not the document. So nothing here fails on a type: what is
//! expected to be an object or a list and is not becomes `None`, and only broken JSON stops the reader. Values are
//! visited in place, without an intermediate tree.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// Implements a visitor's methods for every JSON scalar except text by one value.
macro_rules! scalar_but_text_is {
    ($value:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($value)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($value)
        }
    };
}

pub(crate) use scalar_but_text_is;

/// The fields that we read of one kind of object.
pub(crate) trait Fields<'de>: Default {
    /// The names of those fields, with one for all others.
    type Key: Deserialize<'de>;

    /// Reads the value of one field.
    fn read<A: MapAccess<'de>>(&mut self, key: Self::Key, value: &mut A) -> Result<(), A::Error>;
}

/// An object's fields, or `None` where there is no object.
pub(crate) struct Object<F>(pub(crate) Option<F>);

impl<'de, F: Fields<'de>> Deserialize<'de> for Object<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<F>(PhantomData<F>);

impl<'de, F: Fields<'de>> Visitor<'de> for ObjectVisitor<F> {
    type Value = Object<F>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = F::default();
        while let Some(key) = map.next_key()? {
            fields.read(key, &mut map)?;
        }
        Ok(Object(Some(fields)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(seq)?;
        Ok(Object(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Object(None))
    }

    scalar_but_text_is!(Object(None));
}

/// A list's entries gathered into `C`, or `None` where there is no list.
pub(crate) struct List<T, C = Vec<T>>(pub(crate) Option<C>, PhantomData<T>);

impl<'de, T: Deserialize<'de>, C: Default + Extend<T>> Deserialize<'de> for List<T, C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T, C>(PhantomData<(T, C)>);

impl<'de, T: Deserialize<'de>, C: Default + Extend<T>> Visitor<'de> for ListVisitor<T, C> {
    type Value = List<T, C>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut gathered = C::default();
        while let Some(entry) = seq.next_element::<T>()? {
            gathered.extend(Some(entry));
        }
        Ok(List(Some(gathered), PhantomData))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map)?;
        Ok(List(None, PhantomData))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(List(None, PhantomData))
    }

    scalar_but_text_is!(List(None, PhantomData));
}
