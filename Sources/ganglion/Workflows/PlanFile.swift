import GanglionClient
import Glibc
import JSON
import Sockets

/// A plan as somebody wrote it, and what is added to it before it is sent.
struct PlanFile {
    /// As it was named; `-` is standard input.
    let path: String
    let document: JSONDocument

    private static let longest = 64 << 20

    init(path: String) throws {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try TextFile.bytes(of: path == "-" ? "/dev/stdin" : path, limit: Self.longest)
        } catch {
            throw CommandError(.badPlan, "\(path) cannot be read: \(unsafe String(cString: strerror(error.code)))")
        }
        try self.init(bytes, path: path)
    }

    init(_ bytes: [UInt8], path: String) throws {
        self.path = path
        do throws(JSONError) {
            _ = try JSONText(validating: bytes)
        } catch {
            let place = SourcePlace(at: error.offset, length: 1, in: bytes)
            let lines = ["\(path):\(place.line):\(place.column) is not JSON: \(error.reason)", ""] + place.lines()
            throw CommandError(.badPlan, lines.joined(separator: "\n"))
        }
        document = try JSONDocument(parsing: bytes)
        guard document.root.isObject else {
            throw CommandError(.badPlan, "\(path) has to be an object with 'name' and 'steps'")
        }
    }

    /// The plan with these members of its input and these labels beside its own, or in their place.
    func with(input: [(String, JSONDocument)], labels: [(String, JSONDocument)]) throws -> JSONDocument {
        var document = document
        if !input.isEmpty { document = try Self.merged(document, "input", input, path) }
        if !labels.isEmpty { document = try Self.merged(document, "labels", labels, path) }
        return document
    }

    /// With all of this as its input.
    func with(input: JSONDocument) -> PlanFile {
        PlanFile(path: path, document: Self.setting("input", to: input, in: document))
    }

    private init(path: String, document: JSONDocument) {
        self.path = path
        self.document = document
    }

    private static func merged(
        _ document: JSONDocument, _ name: String, _ members: [(String, JSONDocument)], _ path: String
    ) throws -> JSONDocument {
        let present = document[name]
        guard !present.exists || present.isNull || present.isObject else {
            throw CommandError(.badPlan, "\(path) has '\(name)', which is no object: nothing can be added to it")
        }
        let own = present.members.compactMap { member in member.value.document.map { (member.name, $0) } }
        return setting(name, to: .object(own + members), in: document)
    }

    private static func setting(_ name: String, to value: JSONDocument, in document: JSONDocument) -> JSONDocument {
        let members = document.root.members.compactMap { member in member.value.document.map { (member.name, $0) } }
        return .object(members + [(name, value)])
    }

    /// What the service found wrong, each with the line that has to be changed.
    func rejection(_ problem: Problem) -> CommandError {
        var lines = ["\(path) is not accepted: \(problem.detail.printable)"]
        for place in problem.places {
            guard let pointer = place.pointer else {
                lines += ["", "\(place)".printable]
                continue
            }
            let source = SourcePlace(of: pointer, in: document)
            lines += ["", "\(path):\(source.line):\(source.column): \(pointer.printable)"] + source.lines()
            lines.append("  \(place.detail.printable)")
        }
        return CommandError(.badPlan, lines.joined(separator: "\n"), problem: problem)
    }
}

extension JSONElement {
    /// Whether it has members, or could have.
    var isObject: Bool { document?.bytes.first == UInt8(ascii: "{") }
}
