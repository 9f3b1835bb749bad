//! How a station's bikes divide into kinds at Vélib': a list of one-key objects.

use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};

use crate::{
    object::{Fields, Object},
    scalar::Scalar,
};

/// `num_bikes_available_types`: `[{"mechanical": 2}, {"ebike": 0}]`. A kind that is not listed stays absent.
#[derive(Debug, Default)]
pub(crate) struct BikeKinds<'a> {
    pub(crate) mechanical: Scalar<'a>,
    pub(crate) ebikes: Scalar<'a>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
pub(crate) enum BikeKindKey {
    Mechanical,
    Ebike,
    #[serde(other)]
    Other,
}

impl<'de> Fields<'de> for BikeKinds<'de> {
    type Key = BikeKindKey;

    fn read<A: MapAccess<'de>>(&mut self, key: BikeKindKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            BikeKindKey::Mechanical => self.mechanical = value.next_value()?,
            BikeKindKey::Ebike => self.ebikes = value.next_value()?,
            BikeKindKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'a> Extend<Object<BikeKinds<'a>>> for BikeKinds<'a> {
    fn extend<I: IntoIterator<Item = Object<BikeKinds<'a>>>>(&mut self, entries: I) {
        for entry in entries.into_iter().filter_map(|entry| entry.0) {
            if !entry.mechanical.is_absent() {
                self.mechanical = entry.mechanical;
            }
            if !entry.ebikes.is_absent() {
                self.ebikes = entry.ebikes;
            }
        }
    }
}
