//! Counts listed by vehicle type: `vehicle_types_available`, `vehicle_docks_available`, `vehicle_docks_capacity`.
//!
//! Standard GBFS names a type by its id and says what it is in `vehicle_types`; without that document the counts can
//! be added up and not told apart.

use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};

use crate::{
    RejectReason, VehicleKind, VehicleTypes,
    object::{Fields, Object},
    scalar::Scalar,
};

/// `[{"vehicle_type_id": "abc", "count": 2}]`; docks name several types at once, which nothing here needs.
pub(crate) type ByType<'a> = Vec<Object<CountOfType<'a>>>;

/// One entry of such a list.
#[derive(Debug, Default)]
pub(crate) struct CountOfType<'a> {
    vehicle_type_id: Scalar<'a>,
    count: Scalar<'a>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
pub(crate) enum CountOfTypeKey {
    VehicleTypeId,
    Count,
    #[serde(other)]
    Other,
}

impl<'de> Fields<'de> for CountOfType<'de> {
    type Key = CountOfTypeKey;

    fn read<A: MapAccess<'de>>(&mut self, key: CountOfTypeKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            CountOfTypeKey::VehicleTypeId => self.vehicle_type_id = value.next_value()?,
            CountOfTypeKey::Count => self.count = value.next_value()?,
            CountOfTypeKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl CountOfType<'_> {
    fn kind(&self, types: &VehicleTypes) -> Option<VehicleKind> {
        types.kind(self.vehicle_type_id.text()?)
    }
}

/// All counts of a list, whatever their type.
pub(crate) fn total(list: &ByType) -> Result<u16, RejectReason> {
    sum(list.iter().map(|entry| entry.0.as_ref()))
}

/// The counts of one kind; `None` where the list is empty, names a type that `types` does not know, or gives a count
/// that is none: how many there are of a kind is not known then, whatever the station's own total says.
pub(crate) fn of_kind(list: &ByType, types: &VehicleTypes, kind: VehicleKind) -> Option<u16> {
    let kinds: Option<Vec<VehicleKind>> =
        list.iter().map(|entry| entry.0.as_ref().and_then(|count| count.kind(types))).collect();
    let kinds = kinds.filter(|kinds| !kinds.is_empty())?;
    let of_kind = list.iter().zip(kinds).filter(|(_, its)| *its == kind);
    sum(of_kind.map(|(entry, _)| entry.0.as_ref())).ok()
}

fn sum<'a>(entries: impl Iterator<Item = Option<&'a CountOfType<'a>>>) -> Result<u16, RejectReason> {
    let mut total = 0_u16;
    for entry in entries {
        let count = entry.map_or(Ok(None), |entry| entry.count.count())?;
        let count = count.ok_or(RejectReason::MissingCount)?;
        total = total.checked_add(count).ok_or(RejectReason::CountTooLarge)?;
    }
    Ok(total)
}
