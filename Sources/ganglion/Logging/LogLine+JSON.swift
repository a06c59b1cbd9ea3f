import JSON
import Logging

/// For programs: one JSON object a line, the metadata as its members.
extension LogLine {
    var json: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        var names: Set = ["time", "level", "logger", "message"]
        writer.object { writer in
            writer.field("time", "\(time)")
            writer.field("level", level.rawValue)
            writer.field("logger", logger)
            writer.field("message", message)
            for (name, value) in fields {
                // A member's name stands in an object once; whoever reads the log expects the four above.
                var name = name
                while !names.insert(name).inserted { name += "_" }
                writer.name(name)
                Self.write(value, to: &writer)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func write(_ value: Logger.MetadataValue, to writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .stringConvertible(let value):
            switch value {
            case let bool as Bool: writer.bool(bool)
            case let integer as any FixedWidthInteger: writer.raw(JSONText(unchecked: Array("\(integer)".utf8)))
            case let double as Double where double.isFinite: writer.double(double)
            default: writer.string("\(value)")
            }
        case .array(let elements): writer.array(elements) { write($1, to: &$0) }
        case .dictionary(let members):
            writer.object { writer in
                for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.name(name)
                    write(value, to: &writer)
                }
            }
        }
    }
}
