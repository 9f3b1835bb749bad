//! The planner by timetables: a literal table of stations and their chances in, readable lines out.
//!
//! Files go from simple to hard. The world is one straight street, so that every time can be checked by hand.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod a_certainty;
mod b_chances;
mod c_arrival_time;
mod d_out_of_service;
mod e_choices;
mod f_requests;
mod g_laws;
mod h_failures;
mod i_times;
mod j_advice;
mod k_paces;
mod street;
mod thorough;
