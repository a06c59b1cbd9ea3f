import HTTPTypes
import HTTPWire

/// What a client's parser makes of the bytes of an answer, pieces of the body put together.
enum ResponseTranscript {
    static func of(_ pieces: [[UInt8]], to method: HTTPRequest.Method = .get, thenEnd: Bool = true) -> [String] {
        var parser = ResponseParser(to: method)
        var lines: [String] = []
        var body: [UInt8] = []
        func take() throws(MessageError) {
            while let event = try parser.next() {
                switch event {
                case .head(let head): lines.append("\(head.status.code)\(head.isPersistent ? "" : " close")")
                case .body(let piece): body += piece
                case .end: lines.append("= \(String(decoding: body, as: UTF8.self))")
                }
            }
        }
        do throws(MessageError) {
            for piece in pieces {
                parser.feed(piece)
                try take()
            }
            if thenEnd {
                try parser.feedEnd()
                try take()
            }
        } catch {
            // How much came after the error depends on the split.
            return lines + ["\(error)"]
        }
        return lines + (parser.bufferedCount > 0 ? ["and \(parser.bufferedCount) bytes"] : [])
    }

    static func of(_ text: String, to method: HTTPRequest.Method = .get, thenEnd: Bool = true) -> [String] {
        of([Array(text.utf8)], to: method, thenEnd: thenEnd)
    }
}
