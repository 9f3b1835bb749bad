//! What stands in one station's docks.

/// The kinds of bike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bike {
    /// Moved by its rider alone.
    Mechanical,
    /// With a motor.
    Electric,
}

/// Bikes and docks of one station. Never holds more than its docks that work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// Mechanical bikes.
    pub mechanical: u16,
    /// E-bikes.
    pub ebikes: u16,
    /// Mechanical bikes among them that nobody can ride.
    pub broken_mechanical: u16,
    /// E-bikes among them that nobody can ride.
    pub broken_ebikes: u16,
    /// Docks out of order: neither a bike to rent nor a place to return to.
    pub blocked: u16,
    /// Docks that were built.
    pub docks: u16,
}

impl Stock {
    pub(crate) fn empty(docks: u16) -> Self {
        Self { mechanical: 0, ebikes: 0, broken_mechanical: 0, broken_ebikes: 0, blocked: 0, docks }
    }

    /// Bikes of both kinds, as the feed counts them.
    pub fn bikes(self) -> u16 {
        self.mechanical + self.ebikes
    }

    /// Bikes of both kinds that nobody can ride.
    pub fn broken(self) -> u16 {
        self.broken_mechanical + self.broken_ebikes
    }

    /// Docks that would take a bike.
    pub fn free_docks(self) -> u16 {
        self.docks - self.blocked - self.bikes()
    }

    /// Bikes as a share of the docks that work; 0 where none does.
    pub(crate) fn fill(self) -> f64 {
        f64::from(self.bikes()) / f64::from((self.docks - self.blocked).max(1))
    }

    /// Takes a bike out, of the kind wished for if there is one.
    pub(crate) fn rent(&mut self, wish: Bike) -> Option<Bike> {
        let (mechanical, ebikes) =
            (self.mechanical - self.broken_mechanical, self.ebikes - self.broken_ebikes);
        let bike = match wish {
            _ if mechanical + ebikes == 0 => return None,
            Bike::Electric if ebikes == 0 => Bike::Mechanical,
            Bike::Mechanical if mechanical == 0 => Bike::Electric,
            available => available,
        };
        *self.count_of(bike) -= 1;
        Some(bike)
    }

    /// Puts a bike in; false where there is no dock.
    pub(crate) fn give_back(&mut self, bike: Bike) -> bool {
        let fits = self.free_docks() > 0;
        if fits {
            *self.count_of(bike) += 1;
        }
        fits
    }

    /// Sets how many docks are out of order, as far as bikes do not stand in them.
    pub(crate) fn block(&mut self, docks: u16) {
        self.blocked = docks.min(self.docks - self.bikes());
    }

    /// One of its bikes can no longer be ridden.
    pub(crate) fn break_down(&mut self, bike: Bike) {
        *self.broken_of(bike) += 1;
    }

    /// One of its broken bikes can be ridden again.
    pub(crate) fn mend(&mut self, bike: Bike) {
        *self.broken_of(bike) -= 1;
    }

    fn broken_of(&mut self, bike: Bike) -> &mut u16 {
        match bike {
            Bike::Mechanical => &mut self.broken_mechanical,
            Bike::Electric => &mut self.broken_ebikes,
        }
    }

    fn count_of(&mut self, bike: Bike) -> &mut u16 {
        match bike {
            Bike::Mechanical => &mut self.mechanical,
            Bike::Electric => &mut self.ebikes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rider_takes_the_other_kind_when_the_wish_is_out() {
        let mut stock = Stock { mechanical: 1, ..Stock::empty(5) };
        assert_eq!(stock.rent(Bike::Electric), Some(Bike::Mechanical));
        assert_eq!(stock.rent(Bike::Electric), None);
    }

    #[test]
    fn a_broken_bike_is_counted_and_stays_until_it_is_mended() {
        let mut stock = Stock { mechanical: 1, ..Stock::empty(5) };
        stock.break_down(Bike::Mechanical);
        assert_eq!((stock.bikes(), stock.rent(Bike::Mechanical)), (1, None));
        stock.mend(Bike::Mechanical);
        assert_eq!(stock.rent(Bike::Electric), Some(Bike::Mechanical));
    }

    #[test]
    fn a_full_station_takes_nothing_back() {
        let mut stock = Stock { mechanical: 1, ebikes: 1, blocked: 1, ..Stock::empty(4) };
        assert!(stock.give_back(Bike::Electric));
        assert!(!stock.give_back(Bike::Electric));
        assert_eq!((stock.ebikes, stock.free_docks()), (2, 0));
    }

    #[test]
    fn a_dock_with_a_bike_in_it_does_not_break() {
        let mut stock = Stock { mechanical: 3, ..Stock::empty(4) };
        stock.block(3);
        assert_eq!((stock.blocked, stock.free_docks()), (1, 0));
    }
}
