/// Swift source with its comments and the text of its strings blanked out, so that what is left is code. Lines and
/// columns stay where they are; what stands in `\(…)` within a string is code.
struct SourceText: Sendable {
    let lines: [String]
    let codeLines: [String]

    init(_ text: String) {
        var blanker = Blanker(bytes: Array(text.utf8))
        blanker.run()
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        codeLines = String(decoding: blanker.code, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

/// Walks through source once, and keeps a stack of what it is in.
private struct Blanker {
    private enum Place {
        /// Code, and how many parentheses are open since an interpolation began.
        case code(parentheses: Int)
        case string(hashes: Int, isMultiline: Bool)
    }

    let bytes: [UInt8]
    private(set) var code: [UInt8] = []
    private var index = 0
    private var places: [Place] = [.code(parentheses: 0)]

    init(bytes: [UInt8]) {
        self.bytes = bytes
        code.reserveCapacity(bytes.count)
    }

    mutating func run() {
        while index < bytes.count {
            switch places[places.count - 1] {
            case .code(let parentheses): readCode(parentheses)
            case .string(let hashes, let isMultiline): readString(hashes, isMultiline)
            }
        }
    }

    private mutating func readCode(_ parentheses: Int) {
        if starts(with: "//") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
        } else if starts(with: "/*") {
            while index < bytes.count, !starts(with: "*/") { blank() }
            blank(2)
        } else if let hashes = openingHashes() {
            let isMultiline = starts(with: "\"\"\"", after: hashes)
            blank(hashes + (isMultiline ? 3 : 1))
            places.append(.string(hashes: hashes, isMultiline: isMultiline))
        } else if starts(with: "(") {
            places[places.count - 1] = .code(parentheses: parentheses + 1)
            keep()
        } else if starts(with: ")"), parentheses == 0, places.count > 1 {
            places.removeLast()
            keep()
        } else {
            if starts(with: ")") { places[places.count - 1] = .code(parentheses: parentheses - 1) }
            keep()
        }
    }

    private mutating func readString(_ hashes: Int, _ isMultiline: Bool) {
        let fence = String(repeating: "#", count: hashes)
        let end = (isMultiline ? "\"\"\"" : "\"") + fence
        if starts(with: end) {
            blank(end.utf8.count)
            places.removeLast()
        } else if starts(with: "\\" + fence + "(") {
            blank(hashes + 1)
            keep()
            places.append(.code(parentheses: 0))
        } else if starts(with: "\\" + fence) {
            blank(hashes + 2)
        } else {
            blank()
        }
    }

    /// How many `#` stand before the quote that opens a string here; `nil` if none does.
    private func openingHashes() -> Int? {
        let hashes = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
        return starts(with: "\"", after: hashes) ? hashes : nil
    }

    private func starts(with text: String, after offset: Int = 0) -> Bool {
        let start = index + offset
        return start <= bytes.count && bytes[start...].starts(with: text.utf8)
    }

    private mutating func keep() {
        code.append(bytes[index])
        index += 1
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            code.append(bytes[index] == UInt8(ascii: "\n") ? bytes[index] : UInt8(ascii: " "))
            index += 1
        }
    }
}
