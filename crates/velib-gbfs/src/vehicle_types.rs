//! `vehicle_types`: which of a system's types are bikes, and which of those have a motor.
//!
//! Bikes are told apart from the rest because journeys are by bike: a scooter at a station is a vehicle there and no
//! bike of either kind.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    DocumentError,
    error::{json_of, text_of},
};

/// What a vehicle type is to someone who wants a bike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VehicleKind {
    /// A bike, cargo bikes included, that only its rider moves.
    MechanicalBike,
    /// A bike with a motor, whether it assists or drives.
    Ebike,
    /// A scooter, moped, car or anything else.
    Other,
}

/// A system's vehicle types by id; empty where the system publishes none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VehicleTypes {
    kinds: BTreeMap<String, VehicleKind>,
}

impl VehicleTypes {
    /// What a type is; `None` for one that the document does not describe.
    pub fn kind(&self, vehicle_type_id: &str) -> Option<VehicleKind> {
        self.kinds.get(vehicle_type_id).copied()
    }

    /// How many types are described.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether no type is described.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

/// Reads a `vehicle_types` body (GBFS 2.1 and later). A type without an id, form or propulsion stays unknown.
pub fn parse_vehicle_types(body: &[u8]) -> Result<VehicleTypes, DocumentError> {
    let document = json_of(text_of(body)?)?;
    let listed = document["data"]["vehicle_types"].as_array();
    let listed =
        listed.ok_or(DocumentError::Lacks { wanted: "vehicle_types", path: "data.vehicle_types list" })?;
    let described = listed.iter().filter_map(|entry| Some((id_of(entry)?, kind_of(entry)?)));
    Ok(VehicleTypes { kinds: described.collect() })
}

fn id_of(entry: &Value) -> Option<String> {
    entry["vehicle_type_id"].as_str().map(|id| id.trim().to_owned())
}

fn kind_of(entry: &Value) -> Option<VehicleKind> {
    let is_bike = matches!(entry["form_factor"].as_str()?, "bicycle" | "cargo_bicycle");
    Some(match entry["propulsion_type"].as_str()? {
        "human" if is_bike => VehicleKind::MechanicalBike,
        "electric" | "electric_assist" if is_bike => VehicleKind::Ebike,
        _ => VehicleKind::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form_factor: &str, propulsion_type: &str, expect: VehicleKind) {
        let body = format!(
            r#"{{"data":{{"vehicle_types":[{{"vehicle_type_id":"t","form_factor":"{form_factor}","propulsion_type":"{propulsion_type}"}}]}}}}"#
        );
        let types = parse_vehicle_types(body.as_bytes()).unwrap();
        assert_eq!(types.kind("t"), Some(expect), "{form_factor} {propulsion_type}");
    }

    #[test]
    fn a_bike_is_mechanical_or_has_a_motor() {
        check("bicycle", "human", VehicleKind::MechanicalBike);
        check("cargo_bicycle", "human", VehicleKind::MechanicalBike);
        check("bicycle", "electric_assist", VehicleKind::Ebike);
        check("cargo_bicycle", "electric", VehicleKind::Ebike);
    }

    #[test]
    fn what_is_no_bike_is_neither() {
        check("scooter_standing", "electric", VehicleKind::Other);
        check("scooter", "human", VehicleKind::Other);
        check("car", "combustion_diesel", VehicleKind::Other);
    }

    #[test]
    fn a_type_that_says_too_little_stays_unknown() {
        let body = br#"{"data":{"vehicle_types":[7,{"form_factor":"bicycle","propulsion_type":"human"},
            {"vehicle_type_id":"a","form_factor":"bicycle"},{"vehicle_type_id":"b","propulsion_type":"human"}]}}"#;
        assert!(parse_vehicle_types(body).unwrap().is_empty());
    }

    #[test]
    fn a_document_of_another_kind_is_named_by_what_it_lacks() {
        let error = parse_vehicle_types(br#"{"data":{"stations":[]}}"#).unwrap_err().to_string();
        assert!(error.contains("no data.vehicle_types list"), "{error}");
    }
}
