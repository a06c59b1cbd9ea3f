import Glibc
import Sockets

/// What stands in the file system.
enum Folder {
    /// The regular files of a folder by name, each once whatever links lead to it; of a file, the file itself.
    static func files(at path: String) throws(SystemError) -> [String] {
        guard let names = names(in: path) else {
            guard errno == ENOTDIR else { throw SystemError("opendir") }
            return [path]
        }
        var seen: Set<String> = []
        // Names that a link leads to come first, so that a file is called after itself.
        let files = names.filter { !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }.filter(isFile)
        let (links, originals) = (files.filter(isLink), files.filter { !isLink($0) })
        return (originals + links).filter { seen.insert(resolved($0)).inserted }.sorted()
    }

    /// A new folder of this process's own.
    static func makeTemporary() throws(SystemError) -> String {
        var template = Array("/tmp/ganglion-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes a folder with all that is in it; links are removed, not followed.
    static func remove(_ path: String) {
        if !isLink(path) {
            for name in names(in: path) ?? [] { remove("\(path)/\(name)") }
        }
        _ = unsafe Glibc.remove(path)
    }

    /// What stands in a folder; `nil` if it cannot be read or is none, as errno says.
    private static func names(in path: String) -> [String]? {
        guard let folder = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func resolved(_ path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
