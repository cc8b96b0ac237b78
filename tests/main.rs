//! The stories this program promises, all in one binary, so that the program is linked once for all of them. Only the
//! sound path has one of its own: it is measured while nothing else runs.

// What the stories share.
mod bad_home;
mod bad_sounds;
mod golden;
mod home;
mod office;
mod simulated;
mod tones;
mod worlds;

// The stories.
mod alarms;
mod alerts;
mod amplifier;
mod archive;
mod backup;
mod bad_audio;
mod catalogue;
mod check;
mod clock;
mod corpora;
mod databases;
mod days;
mod doctor;
mod evidence;
mod example;
mod faults;
mod import;
mod last_good;
mod letters;
mod library;
mod on_air;
mod papers;
mod properties;
mod quarantine;
mod relay;
mod signed;
mod storage;
mod tidy;
mod trust;
mod wrecked;
mod zones;
