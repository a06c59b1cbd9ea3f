import DocumentAgents
import GanglionClient
import Glibc
import JSON
import Sockets

/// A text that the demo has reviewed.
struct DemoDocument: Sendable {
    let name: String
    let text: String

    /// The licence texts that every Debian system has (base-files).
    static let licences = "/usr/share/common-licenses"

    /// What a request may hold, with room for the plan and for JSON's escapes.
    private static let largest = 800 * 1024

    /// The files at a path; those that cannot be reviewed are named, with the reason.
    static func read(_ path: String) throws(SystemError) -> (documents: [DemoDocument], skipped: [String]) {
        var documents: [DemoDocument] = []
        var skipped: [String] = []
        for file in try Folder.files(at: path) {
            let name = String(file.split(separator: "/").last ?? "")
            do throws(SystemError) {
                let bytes = try TextFile.bytes(of: file, limit: largest)
                documents.append(DemoDocument(name: name, text: String(decoding: bytes, as: UTF8.self)))
            } catch {
                skipped.append("\(name): \(error.code == EFBIG ? "larger than \(largest / 1024) KiB" : "\(error)")")
            }
        }
        return (documents, skipped)
    }

    /// As a bad scan or an upload that broke off would leave it.
    var damaged: DemoDocument {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        let half = words.prefix(words.count / 2).joined(separator: " ")
        return DemoDocument(name: "\(name) (damaged)", text: half + " of the")
    }

    func plan() throws(GanglionError) -> JSONDocument {
        let input = DocumentPipeline.input(name: name, text: text)
        return try JSONDocument(parsing: DocumentPipeline.workflow(input: input).bytes)
    }
}
