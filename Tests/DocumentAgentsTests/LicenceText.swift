import Foundation
import Testing

/// A licence text of the system (Debian's base-files has them), with what is known about it.
struct LicenceText: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: String
    let title: String
    let version: String?

    private init(_ name: String, _ kind: String, _ title: String, _ version: String?) {
        self.name = name
        self.kind = kind
        self.title = title
        self.version = version
    }

    var testDescription: String { name }

    static let all: [LicenceText] = [
        LicenceText("Apache-2.0", "permissive-licence", "Apache License", "2.0"),
        LicenceText("Artistic", "permissive-licence", "Artistic License", nil),
        LicenceText("BSD", "permissive-licence", "BSD License", nil),
        LicenceText("CC0-1.0", "public-domain-dedication", "CC0 1.0 Universal", "1.0"),
        LicenceText("GFDL-1.2", "documentation-licence", "GNU Free Documentation License", "1.2"),
        LicenceText("GFDL-1.3", "documentation-licence", "GNU Free Documentation License", "1.3"),
        LicenceText("GPL-1", "copyleft-licence", "GNU General Public License", "1"),
        LicenceText("GPL-2", "copyleft-licence", "GNU General Public License", "2"),
        LicenceText("GPL-3", "copyleft-licence", "GNU General Public License", "3"),
        LicenceText("LGPL-2", "weak-copyleft-licence", "GNU Library General Public License", "2"),
        LicenceText("LGPL-2.1", "weak-copyleft-licence", "GNU Lesser General Public License", "2.1"),
        LicenceText("LGPL-3", "weak-copyleft-licence", "GNU Lesser General Public License", "3"),
        LicenceText("MPL-1.1", "weak-copyleft-licence", "Mozilla Public License", "1.1"),
        LicenceText("MPL-2.0", "weak-copyleft-licence", "Mozilla Public License", "2.0"),
    ]

    /// Those whose files this machine has.
    static let present = all.filter { $0.data != nil }

    static func text(_ name: String) -> String? { all.first { $0.name == name }?.text }

    var text: String { String(decoding: data ?? Data(), as: UTF8.self) }

    private var data: Data? { FileManager.default.contents(atPath: "/usr/share/common-licenses/\(name)") }
}
