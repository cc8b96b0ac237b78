//! What `loa simulate --faults` says.

use crate::say;
use crate::words::{Lang, Say};

/// What came of a station under faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialTold {
    /// So many faults befell it, and every promise was kept.
    Held { seed: u64, faults: usize, rows: u64 },
    /// Promises were broken; each has its line before.
    Broken { seed: u64, faults: usize, broken: usize },
}

impl Say for TrialTold {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Held { seed, faults, rows } => say!(
                lang,
                "Hạt giống {seed}: {faults} sự cố, {rows} dòng nhật ký, mọi cam kết (docs/reliability.md) đều giữ. Chạy lại: --seed {seed}",
                "Seed {seed}: {faults} faults, {rows} rows, every promise (docs/reliability.md) kept. Again: --seed {seed}"
            ),
            Self::Broken { seed, faults, broken } => say!(
                lang,
                "Hạt giống {seed}: {faults} sự cố, {broken} cam kết KHÔNG GIỮ. Chạy lại: --seed {seed}; xin báo cho người viết chương trình",
                "Seed {seed}: {faults} faults, {broken} promises BROKEN. Again: --seed {seed}; please tell who writes this program"
            ),
        }
    }
}
