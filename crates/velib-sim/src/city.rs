//! The city minute by minute: bikes leave docks, are under way, and come back into docks.

use std::{collections::VecDeque, sync::Arc};

use velib_domain::{SignedDuration, Timestamp, calendar::calendar_point};

use crate::{
    Breakdown, CityConfig,
    breakdowns::Breakdowns,
    demand::{Demand, Trip},
    dice::Dice,
    feed,
    layout::{Service, Site, lay_out},
    reports::{Silence, falls_silent},
    sky::Sky,
    stock::{Bike, Stock},
    trucks,
};

/// A city lives this long before its start, so that its bikes stand where a day has left them.
const WARM_UP: SignedDuration = SignedDuration::from_hours(36);
/// No ride and no truck is under way for longer, in minutes.
const LONGEST_RIDE: usize = 120;
/// Minutes from a full station to its neighbour.
const DETOUR_MINUTES: usize = 3;
/// Minutes a truck needs.
const TRUCK_MINUTES: usize = 25;
/// Share of riders who would rather have an e-bike.
const WANTS_EBIKE: f64 = 0.42;
/// Chance that a rider leaves the last bike where it is: it is often the one that nobody wanted.
const LEAVES_THE_LAST: f64 = 0.45;
/// Chance that a rider who finds no bike walks to a neighbouring station.
const WALKS_ON: f64 = 0.6;

/// A simulated city at one moment. Cloning it costs a few dozen kilobytes: what does not move is shared.
#[derive(Debug, Clone)]
pub struct City {
    pub(crate) seed: u64,
    pub(crate) sites: Arc<[Site]>,
    pub(crate) stocks: Vec<Stock>,
    pub(crate) silences: Vec<Option<Silence>>,
    breakdowns: Breakdowns,
    regard_for_fill: f64,
    demand: Arc<Demand>,
    /// Bikes by the minutes until they arrive.
    under_way: VecDeque<Vec<Arrival>>,
    /// Minutes since the epoch.
    minute: i64,
}

/// A bike on its way.
#[derive(Debug, Clone, Copy)]
struct Arrival {
    station: usize,
    bike: Bike,
}

/// Where all the bikes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Census {
    /// In docks.
    pub parked: usize,
    /// Ridden, or on a truck.
    pub under_way: usize,
    /// E-bikes among those in docks.
    pub parked_ebikes: usize,
}

impl City {
    /// The city as it stands at `start`.
    pub fn new(config: CityConfig, start: Timestamp) -> Self {
        let sites: Arc<[Site]> = lay_out(&config).into();
        let demand = Arc::new(Demand::new(&config, &sites));
        let stocks = first_stocks(&config, &sites);
        let first = start.saturating_sub(WARM_UP).unwrap_or(Timestamp::MIN);
        let mut city = Self {
            seed: config.seed,
            silences: vec![None; sites.len()],
            sites,
            stocks,
            breakdowns: Breakdowns::new(&config),
            regard_for_fill: config.regard_for_fill,
            demand,
            under_way: vec![Vec::new(); LONGEST_RIDE + 1].into(),
            minute: minute_of(first),
        };
        city.advance_to(start);
        city
    }

    /// The full minute the city stands at.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_second(self.minute * 60).unwrap_or(Timestamp::MAX)
    }

    /// Lives on until the minute of `time`; a time already passed changes nothing.
    pub fn advance_to(&mut self, time: Timestamp) {
        while self.minute < minute_of(time) {
            self.live_a_minute();
        }
    }

    /// The stations, in the feed's order.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// What really stands in the docks of each station, in the feed's order, silent stations included.
    pub fn stocks(&self) -> &[Stock] {
        &self.stocks
    }

    /// What the feed says of each station's docks: what stands there, or stood there when it fell silent.
    pub fn told(&self) -> impl Iterator<Item = Stock> {
        let stations = self.stocks.iter().zip(&self.silences);
        stations.map(|(stock, silence)| silence.map_or(*stock, |last_word| last_word.stock))
    }

    /// The bikes in docks that nobody can ride, the oldest first: what the feed does not tell.
    pub fn breakdowns(&self) -> &[Breakdown] {
        self.breakdowns.all()
    }

    /// Counts all bikes.
    pub fn census(&self) -> Census {
        Census {
            parked: self.stocks.iter().map(|stock| usize::from(stock.bikes())).sum(),
            under_way: self.under_way.iter().map(Vec::len).sum(),
            parked_ebikes: self.stocks.iter().map(|stock| usize::from(stock.ebikes)).sum(),
        }
    }

    /// The `station_information` document, as Vélib' would serve it now.
    pub fn station_information_json(&self) -> Vec<u8> {
        feed::station_information(self)
    }

    /// The `station_status` document, as Vélib' would serve it now.
    pub fn station_status_json(&self) -> Vec<u8> {
        feed::station_status(self)
    }

    fn live_a_minute(&mut self) {
        self.minute += 1;
        let mut dice = Dice::of(&[self.seed, self.minute.unsigned_abs()]);
        if self.minute % 60 == 0 {
            self.wear_and_silence(&mut dice);
            self.breakdowns
                .mend(&mut self.stocks, &mut Dice::of(&[self.seed, 0x3e4d, self.minute.unsigned_abs()]));
        }
        self.dock_arrivals(&mut dice);
        let point = calendar_point(self.now());
        let weather = Sky::of_day(self.seed, self.minute.div_euclid(1_440)).trips_left();
        for trip in self.demand.trips_of_minute(&point, weather, &self.sites, &mut dice) {
            self.depart(&trip, &mut dice);
        }
        let load = trucks::dispatch(point.hour_of_day, &self.sites, &mut self.stocks, &mut dice);
        for (to, bike) in load.iter().flat_map(|load| load.bikes.iter().map(|bike| (load.to, *bike))) {
            self.send(TRUCK_MINUTES, Arrival { station: to, bike });
        }
    }

    /// Once an hour docks break and are mended, stations fall silent and speak again.
    fn wear_and_silence(&mut self, dice: &mut Dice) {
        let (hour, now_s) = (self.minute / 60, self.minute * 60);
        for (station, site) in self.sites.iter().enumerate() {
            let stock = &mut self.stocks[station];
            if dice.chance(1.0 / 36.0) && site.service == Service::Open {
                stock.block(broken_docks(dice));
            }
            let silence = &mut self.silences[station];
            match silence {
                Some(last_word) if last_word.until_hour > hour => {}
                Some(_) => *silence = None,
                None => *silence = falls_silent(self.seed, site, *stock, now_s, dice),
            }
        }
    }

    /// Bikes that arrive now find a dock or go on to a neighbouring station.
    fn dock_arrivals(&mut self, dice: &mut Dice) {
        let arrivals = self.under_way.pop_front().unwrap_or_default();
        self.under_way.push_back(Vec::new());
        let mut luck = Dice::of(&[self.seed, 0xb4ea, self.minute.unsigned_abs()]);
        let now = self.now();
        for Arrival { station, bike } in arrivals {
            let stock = &mut self.stocks[station];
            if stock.give_back(bike) {
                self.breakdowns.after_ride(station, bike, stock, now, &mut luck);
            } else {
                let neighbours = &self.sites[station].neighbours;
                let next = neighbours.get(dice.below(neighbours.len())).copied().unwrap_or(station);
                self.send(DETOUR_MINUTES, Arrival { station: next, bike });
            }
        }
    }

    /// A rider takes a bike, here or next door, or gives up.
    fn depart(&mut self, trip: &Trip, dice: &mut Dice) {
        let wish = if dice.chance(WANTS_EBIKE) { Bike::Electric } else { Bike::Mechanical };
        let origin = self.where_from(trip.origin, dice);
        let is_last = self.stocks[origin].bikes() == 1;
        let mut bike =
            if is_last && dice.chance(LEAVES_THE_LAST) { None } else { self.stocks[origin].rent(wish) };
        if bike.is_none() && dice.chance(WALKS_ON) {
            let next_door = self.sites[origin].neighbours.first();
            bike = next_door.and_then(|station| self.stocks[*station].rent(wish));
        }
        if let Some(bike) = bike {
            let distance = self.sites[trip.origin].distance_m(&self.sites[trip.destination]);
            let minutes = ride_minutes(distance, bike, dice);
            self.send(minutes, Arrival { station: trip.destination, bike });
        }
    }

    /// This station, or one next door where riders see that its bikes are scarcer than usual.
    fn where_from(&self, station: usize, dice: &mut Dice) -> usize {
        let site = &self.sites[station];
        let missing = site.usual_fill - self.stocks[station].fill();
        if dice.chance(self.regard_for_fill * missing.max(0.0)) {
            site.neighbours.get(dice.below(site.neighbours.len())).copied().unwrap_or(station)
        } else {
            station
        }
    }

    fn send(&mut self, minutes: usize, arrival: Arrival) {
        self.under_way[minutes.min(LONGEST_RIDE)].push(arrival);
    }
}

/// Streets are a third longer than the crow's flight; unlocking and parking take two minutes.
fn ride_minutes(crow_m: f64, bike: Bike, dice: &mut Dice) -> usize {
    let metres_per_minute = match bike {
        Bike::Mechanical => 215.0,
        Bike::Electric => 265.0,
    };
    let riding = 1.33 * crow_m / metres_per_minute * (1.0 + 0.2 * dice.normal()).max(0.6);
    2 + riding as usize
}

/// Docks out of order at a station: none at two in five, rarely more than a few.
fn broken_docks(dice: &mut Dice) -> u16 {
    if dice.chance(0.40) { 0 } else { 1 + dice.exponential(0.9) as u16 }
}

/// The bikes spread over the open stations by chance, before the first day.
fn first_stocks(config: &CityConfig, sites: &[Site]) -> Vec<Stock> {
    let mut dice = Dice::of(&[config.seed, 0xb1ce]);
    let mut stocks: Vec<Stock> = sites.iter().map(|site| Stock::empty(site.docks)).collect();
    let open: Vec<usize> = (0..sites.len()).filter(|i| sites[*i].service == Service::Open).collect();
    for station in &open {
        stocks[*station].block(broken_docks(&mut dice));
    }
    let mut sum = 0.0;
    let running: Vec<f64> = open
        .iter()
        .map(|station| {
            sum += f64::from(sites[*station].docks) * sites[*station].usual_fill * dice.between(0.5, 1.5);
            sum
        })
        .collect();
    let docks: u32 = open.iter().map(|station| u32::from(sites[*station].docks)).sum();
    let mut bikes_left = (f64::from(docks) * config.bikes_per_dock.clamp(0.0, 0.8)) as u32;
    while bikes_left > 0 {
        let station = open[dice.index_by(&running)];
        let bike = if dice.chance(config.ebike_share) { Bike::Electric } else { Bike::Mechanical };
        if stocks[station].give_back(bike) {
            bikes_left -= 1;
        }
    }
    stocks
}

fn minute_of(time: Timestamp) -> i64 {
    time.as_second().div_euclid(60)
}
