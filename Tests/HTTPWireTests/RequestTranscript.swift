import HTTPTypes
import HTTPWire

/// What a parser makes of a connection's bytes, line by line.
enum RequestTranscript {
    static func of(_ pieces: [[UInt8]], limits: MessageLimits = MessageLimits()) -> [String] {
        var parser = RequestParser(limits: limits)
        var lines: [String] = []
        do throws(MessageError) {
            for piece in pieces {
                parser.feed(piece)
                while let event = try parser.next() {
                    // Whether the head was complete before its body came depends on the split.
                    if case .request(let head, let body) = event { lines += line(head, body) }
                }
            }
            lines.append("then \(parser.phase)")
        } catch {
            lines.append("\(error.status.code) \(error)")
        }
        return lines
    }

    static func of(_ text: String, limits: MessageLimits = MessageLimits()) -> [String] {
        of([Array(text.utf8)], limits: limits)
    }

    private static func line(_ head: RequestHead, _ body: [UInt8]) -> [String] {
        var line = "\(head.method) \(head.path)"
        if let query = head.query { line += " ?\(query)" }
        if head.isOldVersion { line += " 1.0" }
        if !head.isPersistent { line += " close" }
        if head.expectsContinue { line += " expects" }
        let fields = head.headerFields.filter { $0.name.canonicalName != "host" }.map { "  \($0.name): \($0.value)" }
        return [line] + fields + (body.isEmpty ? [] : ["  = \(String(decoding: body, as: UTF8.self))"])
    }
}
