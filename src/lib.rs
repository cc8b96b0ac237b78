#![doc = include_str!("../ARCHITECTURE.md")]
#![warn(clippy::pedantic)]
pub mod airtime;
pub mod library;
pub mod planner;
pub mod playout;
pub mod report;
pub mod rundown;
pub mod schedule;
pub mod time;
pub mod words;
pub mod written;
