//! What `loa clock` says.

use crate::say;
use crate::words::{Lang, Say};

/// How the clock stands. Instants as the station's clock shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockTold {
    /// A time server keeps it.
    Synced { shown: String },
    /// It runs by itself, and can be right.
    Unsynced { shown: String },
    /// It cannot be right.
    Wrong { shown: String, last_known: String },
    /// The battery has forgotten the time; the computer goes by one that it kept on its disk.
    Guessed { shown: String, battery: String },
    /// A year in which this program does not run.
    Impossible { shown: String },
    /// Somebody said that it is right.
    Confirmed { shown: String },
}

impl Say for ClockTold {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Synced { shown } => {
                say!(lang, "{shown}, đồng bộ với máy chủ giờ", "{shown}, kept by a time server")
            }
            Self::Unsynced { shown } => say!(
                lang,
                "{shown}, máy tự chạy, không có máy chủ giờ: mỗi tuần so với đồng hồ khác",
                "{shown}, on its own, without a time server: compare it with another clock every week"
            ),
            Self::Wrong { shown, last_known } => say!(
                lang,
                "{shown}: SAI, lần cuối biết là {last_known}; theo lịch không phát gì. Chỉnh lại giờ; giờ đang đúng thì gõ `loa clock confirm --by TÊN`",
                "{shown}: WRONG, {last_known} was known before; nothing scheduled airs. Set it; if it is right, type `loa clock confirm --by NAME`"
            ),
            Self::Guessed { shown, battery } => say!(
                lang,
                "{shown}: CHỈ ĐOÁN, pin CR2032 đã quên giờ (báo {battery}), không biết mất điện bao lâu; theo lịch không phát gì. Chỉnh lại giờ (date -s, hwclock --systohc), thay pin; giờ đang đúng thì gõ `loa clock confirm --by TÊN`",
                "{shown}: A GUESS, the CR2032 battery has forgotten the time (it says {battery}), and how long the power was out nobody knows; nothing scheduled airs. Set it (date -s, hwclock --systohc), change the battery; if it is right, type `loa clock confirm --by NAME`"
            ),
            Self::Impossible { shown } => say!(
                lang,
                "{shown}: SAI, không thể là năm này; theo lịch không phát gì. Chỉnh lại giờ (date -s, hwclock --systohc), thay pin CR2032",
                "{shown}: WRONG, it cannot be this year; nothing scheduled airs. Set it (date -s, hwclock --systohc), change the CR2032 battery"
            ),
            Self::Confirmed { shown } => say!(
                lang,
                "Đã ghi vào nhật ký: giờ máy {shown} là đúng; phát theo lịch",
                "Put into the log: the clock is right at {shown}; on schedule"
            ),
        }
    }
}
