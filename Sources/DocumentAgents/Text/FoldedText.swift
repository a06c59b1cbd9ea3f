/// A text as its words in small letters with one space between them: line breaks, quotes, hyphens and comment marks
/// do not hide a phrase.
struct FoldedText: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each word starts.
    private(set) var starts: [Int] = []

    init(_ text: some Collection<UInt8>) {
        bytes.reserveCapacity(text.count)
        var isInside = false
        for byte in text {
            guard byte.isWordByte else {
                isInside = false
                continue
            }
            if !isInside {
                if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
                starts.append(bytes.count)
                isInside = true
            }
            bytes.append(byte.lowercased)
        }
    }

    func word(_ index: Int) -> ArraySlice<UInt8> {
        bytes[starts[index]..<(index + 1 < starts.count ? starts[index + 1] - 1 : bytes.count)]
    }
}
