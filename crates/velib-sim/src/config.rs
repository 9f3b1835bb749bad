//! How large the simulated city is and how much it rides.

/// The measures of a simulated city. Two cities with the same measures and start are the same city.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CityConfig {
    /// Everything that is left to chance follows from it.
    pub seed: u64,
    /// Stations, those out of service included.
    pub stations: usize,
    /// Bikes for each dock that works.
    pub bikes_per_dock: f64,
    /// Share of e-bikes among all bikes, 0…1.
    pub ebike_share: f64,
    /// Trips that people want to make on a fine workday, for each station.
    pub trips_per_station: f64,
    /// How differently full stations usually are: the spread of the log-odds of their usual fill.
    pub fill_spread: f64,
    /// How much riders keep to it, beginning next door where bikes are fewer than usual and ending there where they are more: the
    /// chance for each unit of fill that is missing, or too much.
    pub regard_for_fill: f64,
    /// Chance that a bike can no longer be ridden after a trip, 0…1.
    pub breakdowns_per_trip: f64,
    /// Hours that a broken bike stands in its dock on average.
    pub hours_until_mended: f64,
}

impl Default for CityConfig {
    /// A network the size of Vélib' in 2024.
    fn default() -> Self {
        Self {
            seed: 2007,
            stations: 1_480,
            bikes_per_dock: 0.42,
            ebike_share: 0.40,
            trips_per_station: 150.0,
            fill_spread: 1.6,
            regard_for_fill: 2.5,
            breakdowns_per_trip: 0.003,
            hours_until_mended: 72.0,
        }
    }
}
