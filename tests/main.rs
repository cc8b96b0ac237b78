//! The stories this program promises, all in one binary: the program is linked once for all of them.

mod days;
mod simulated;
mod tidy;
