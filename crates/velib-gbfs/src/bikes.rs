//! How a station's bikes divide into kinds: the Vélib' list of one-key objects, and the standard list by vehicle type.

use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};

use crate::{
    RejectReason,
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

/// `vehicle_types_available`: `[{"vehicle_type_id": "abc", "count": 2}]`, added up.
///
/// Which types are e-bikes stands in another document (`vehicle_types`), so this list tells no kinds apart here.
#[derive(Debug)]
pub(crate) struct VehicleTotal(pub(crate) Result<u16, RejectReason>);

impl Default for VehicleTotal {
    fn default() -> Self {
        Self(Ok(0))
    }
}

#[derive(Debug, Default)]
pub(crate) struct VehicleType<'a> {
    count: Scalar<'a>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
pub(crate) enum VehicleTypeKey {
    Count,
    #[serde(other)]
    Other,
}

impl<'de> Fields<'de> for VehicleType<'de> {
    type Key = VehicleTypeKey;

    fn read<A: MapAccess<'de>>(&mut self, key: VehicleTypeKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            VehicleTypeKey::Count => self.count = value.next_value()?,
            VehicleTypeKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'a> Extend<Object<VehicleType<'a>>> for VehicleTotal {
    fn extend<I: IntoIterator<Item = Object<VehicleType<'a>>>>(&mut self, entries: I) {
        for entry in entries {
            let count = match entry.0.map(|vehicle| vehicle.count.count()) {
                Some(Ok(Some(count))) => Ok(count),
                Some(Err(reason)) => Err(reason),
                Some(Ok(None)) | None => Err(RejectReason::MissingCount),
            };
            let add = |total: u16| total.checked_add(count?).ok_or(RejectReason::CountTooLarge);
            self.0 = self.0.and_then(add);
        }
    }
}
