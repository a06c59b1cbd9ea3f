import Glibc

/// Reads files of which only a few bytes matter.
enum SmallFile {
    /// The last bytes of the file from `start` on, at most `limit`; nothing if it cannot be read.
    static func tail(of path: String, from start: Int = 0, limit: Int = 4096) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        let end = Int(lseek(descriptor, 0, SEEK_END))
        return read(descriptor, at: max(start, end - limit, 0), limit)
    }

    /// The first bytes of the file. Files in /proc have no size, but a beginning.
    static func head(of path: String, limit: Int = 4096) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        return read(descriptor, at: 0, limit)
    }

    static func size(of path: String) -> Int {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_size : 0
    }

    private static func read(_ descriptor: Int32, at offset: Int, _ limit: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, offset)
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
