/// The classes of bytes that HTTP's grammar is made of (RFC 9110 5.6.2, RFC 9112 2.2). ASCII only, whatever the locale.
extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")

    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    var isBlank: Bool { self == .space || self == .tab }

    /// `tchar`: what names of methods and fields are made of.
    var isToken: Bool {
        // One bit for each of the 128 ASCII characters.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        guard self < 0x80 else { return false }
        return (self < 64 ? low : high) >> UInt64(self & 63) & 1 == 1
    }

    /// `VCHAR`: printable and no space.
    var isVisible: Bool { (0x21...0x7E).contains(self) }

    /// What a field value may hold: visible characters, blanks, and `obs-text`.
    var isFieldValue: Bool { self >= 0x20 ? self != 0x7F : self == .tab }

    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
