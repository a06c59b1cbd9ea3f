import GanglionClient
import Glibc
import JSON
import Sockets

/// A member that is given on the command line: `key=text`, `key:=JSON`, or `key=@file`.
struct InputValue {
    let name: String
    let value: JSONDocument

    static let forms = "key=text, key:=JSON or key=@file"

    private static let longest = 16 << 20

    init(_ argument: String) throws {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else {
            throw CommandError(.refused, "'\(argument.printable)' is not \(Self.forms)")
        }
        let before = argument[..<equals]
        let text = String(argument[argument.index(after: equals)...])
        if before.hasSuffix(":") {
            name = String(before.dropLast())
            value = try Self.json(text, of: name)
        } else {
            name = String(before)
            value = text.hasPrefix("@") ? .string(try Self.file(String(text.dropFirst()))) : .string(text)
        }
    }

    /// JSON that is given as an argument, or `@` and the file that has it.
    static func json(_ argument: String, of name: String) throws -> JSONDocument {
        let text = argument.hasPrefix("@") ? try file(String(argument.dropFirst())) : argument
        do throws(GanglionError) {
            return try JSONDocument(parsing: text)
        } catch {
            throw CommandError(.refused, "\(name): \(error.description.printable); a text has quotes: '\"…\"'")
        }
    }

    private static func file(_ path: String) throws -> String {
        do throws(SystemError) {
            let bytes = try TextFile.bytes(of: path == "-" ? "/dev/stdin" : path, limit: longest)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw CommandError(.refused, "\(path) cannot be read: \(unsafe String(cString: strerror(error.code)))")
        }
    }

    /// Labels as `key=value`.
    static func labels(_ arguments: [String]) throws -> [String: String] {
        var labels: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandError(.refused, "'\(argument.printable)' is no label: key=value")
            }
            labels[String(parts[0])] = String(parts[1])
        }
        return labels
    }
}
