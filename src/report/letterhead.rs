//! Who hands a report in, to whom, and who signs it: what a letter needs besides its figures.

/// The fixed words of a station's papers. Anything may be empty: the clerk then fills it in by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// The body above the issuer, such as *ỦY BAN NHÂN DÂN XÃ TÂN THANH*.
    pub parent: String,
    /// The issuing body, such as *ĐÀI TRUYỀN THANH*.
    pub issuer: String,
    /// What follows the number: `BC-ĐTT`.
    pub symbol: String,
    /// Where it is signed: *Tân Thanh*.
    pub place: String,
    /// *Kính gửi:*
    pub addressees: Vec<String>,
    /// *Nơi nhận:*
    pub recipients: Vec<String>,
    /// The function over the signature, one or two lines: *KT. TRƯỞNG ĐÀI*, *PHÓ TRƯỞNG ĐÀI*.
    pub function: Vec<String>,
    /// Who signs.
    pub signer: String,
}

impl Letterhead {
    /// What a station's name and place make of it, until somebody writes otherwise.
    #[must_use]
    pub fn of_station(name: &str, commune: &str, district: &str) -> Self {
        let of = |what: &str, whom: &str| if whom.is_empty() { String::new() } else { format!("{what} {whom}") };
        let office = of("Phòng Văn hóa và Thông tin", district);
        Self {
            parent: of("Ủy ban nhân dân", commune).to_uppercase(),
            issuer: name.to_uppercase(),
            symbol: "BC-ĐTT".to_owned(),
            place: proper_name(commune).to_owned(),
            addressees: if office.is_empty() { Vec::new() } else { vec![office] },
            recipients: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
            function: vec!["TRƯỞNG ĐÀI".to_owned()],
            signer: String::new(),
        }
    }
}

/// *Tân Thanh* of *xã Tân Thanh*.
fn proper_name(commune: &str) -> &str {
    let kinds = ["xã ", "phường ", "thị trấn "];
    kinds.iter().find_map(|kind| commune.strip_prefix(kind)).unwrap_or(commune)
}
