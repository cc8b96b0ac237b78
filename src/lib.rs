#![doc = include_str!("../ARCHITECTURE.md")]
#![warn(clippy::pedantic)]
#![expect(clippy::implicit_hasher, reason = "sets and maps of this house all hash alike")]
#![expect(clippy::missing_panics_doc, reason = "each expect says in place why it holds")]

// The programme's way to air, in the order the data flows. Pure: no clock, disk, network or thread.
pub mod time;
pub mod written;
pub mod library;
pub mod schedule;
pub mod rundown;
pub mod planner;
pub mod proof;
pub mod airtime;
pub mod playout;
pub mod amplifier;
pub mod alarm;
pub mod doctor;
pub mod words;
pub mod report;

// The equipment: everything that touches the world.
pub mod equipment;

// The station: drives the machine with the equipment.
pub mod station;

// What people type.
pub mod cli;
