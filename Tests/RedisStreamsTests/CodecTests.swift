import Testing

@testable import RedisStreams

@Suite("Codec")
struct CodecTests {
    private static let replies: [(text: String, value: RedisValue)] = [
        ("+OK\r\n", .simple("OK")),
        ("+\r\n", .simple("")),
        ("-ERR unknown command 'x'\r\n", .error(code: "ERR", message: "unknown command 'x'")),
        ("-NOSCRIPT\r\n", .error(code: "NOSCRIPT", message: "")),
        (":0\r\n", .integer(0)),
        (":-9223372036854775808\r\n", .integer(.min)),
        ("$0\r\n\r\n", .bulk([])),
        ("$6\r\na\r\n$1\n\r\n", .bulk(Array("a\r\n$1\n".utf8))),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        (
            "*4\r\n:1\r\n$-1\r\n*2\r\n+a\r\n$1\r\nb\r\n-E no\r\n",
            .array([
                .integer(1), .null, .array([.simple("a"), .bulk([0x62])]), .error(code: "E", message: "no"),
            ])
        ),
    ]

    @Test("Each kind of reply is read")
    func kinds() throws {
        for (text, value) in Self.replies {
            let reader = HiredisReader()
            reader.feed(Array(text.utf8))
            #expect(try reader.next() == value)
            #expect(try reader.next() == nil)
        }
    }

    @Test("Replies may be cut at every byte, and come out the same")
    func cuts() throws {
        let all = Array(Self.replies.map(\.text).joined().utf8)
        for cut in 0...all.count {
            let reader = HiredisReader()
            var values: [RedisValue] = []
            for part in [all[..<cut], all[cut...]] {
                reader.feed(Array(part))
                while let value = try reader.next() { values.append(value) }
            }
            #expect(values == Self.replies.map(\.value))
        }
    }

    @Test("Replies that come byte by byte come out the same")
    func bytewise() throws {
        let reader = HiredisReader()
        var values: [RedisValue] = []
        for byte in Self.replies.map(\.text).joined().utf8 {
            reader.feed([byte])
            while let value = try reader.next() { values.append(value) }
        }
        #expect(values == Self.replies.map(\.value))
    }

    @Test(
        "What is no reply is an error",
        arguments: ["HTTP/1.1 400 Bad Request\r\n", "$x\r\n", ":\r\n", "*9999999999999\r\n"])
    func garbage(_ text: String) {
        #expect(throws: RedisError.self) {
            let reader = HiredisReader()
            reader.feed(Array(text.utf8))
            while try reader.next() != nil {}
        }
    }

    @Test("A command is written with the length of each argument, whatever bytes it has")
    func commands() {
        #expect(text(["PING"]) == "*1\r\n$4\r\nPING\r\n")
        #expect(text(["SET", "", RedisArgument(-1)]) == "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$2\r\n-1\r\n")
        #expect(text(["a\r\n\0b", "é"]) == "*2\r\n$5\r\na\r\n\0b\r\n$2\r\né\r\n")
        #expect(text([]) == "*0\r\n")
    }

    private func text(_ arguments: RedisArguments) -> String {
        String(decoding: RedisCommand(arguments).wireFormat, as: UTF8.self)
    }

    @Test("A value is read as what it holds, or not at all")
    func values() {
        #expect(RedisValue.bulk(Array("-12".utf8)).integer == -12)
        #expect(RedisValue.simple("7").integer == 7)
        #expect(RedisValue.bulk(Array("1x".utf8)).integer == nil)
        #expect(RedisValue.integer(3).string == "3")
        #expect(RedisValue.simple("ab").bytes == [0x61, 0x62])
        #expect(RedisValue.null.string == nil && RedisValue.null.integer == nil && RedisValue.null.array == nil)
        let pairs = RedisValue.array([.simple("a"), .integer(1), .simple("b"), .null, .simple("alone")]).pairs
        #expect(pairs.map(\.name) == ["a", "b"])
        #expect(pairs.map(\.value) == [.integer(1), .null])
        #expect(RedisValue.array([]).pairs.isEmpty && RedisValue.null.pairs.isEmpty)
    }
}
