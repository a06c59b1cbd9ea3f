/// The cursors of lists that the store has in the order of their creation: a time of 15 digits, a colon, and an id.
enum IndexPlace {
    static func isValid<ID>(_ cursor: String, _ read: (String) -> ID?) -> Bool {
        let parts = cursor.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return parts.count == 2 && parts[0].utf8.count == 15 && parts[0].utf8.allSatisfy(digits.contains)
            && read(String(parts[1])) != nil
    }
}
