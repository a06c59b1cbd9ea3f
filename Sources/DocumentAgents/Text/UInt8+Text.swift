/// What a byte of UTF-8 text is. Bytes beyond ASCII count as letters, so that foreign words stay whole.
extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isUppercase: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    var isLowercase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var isLetter: Bool { isUppercase || isLowercase || self >= 0x80 }
    var isWordByte: Bool { isLetter || isDigit }
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    var lowercased: UInt8 { isUppercase ? self | 0x20 : self }
}
