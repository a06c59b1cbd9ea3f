import Glibc
import Sockets

/// The folder of a private Redis, held by this process alone until it ends.
struct DataFolder: ~Copyable {
    /// Absolute, and without symbolic links: the same folder has one name.
    let path: String
    /// Where the socket is: in the folder itself, if its path is short enough.
    let socketFolder: String
    private let lock: FileLock

    var socket: String { "\(socketFolder)/redis.sock" }
    var pidFile: String { "\(path)/redis.pid" }
    var log: String { "\(path)/redis.log" }
    /// Held by the Redis that works in this folder: as long as it is, another one must not be started here.
    var serverLock: String { "\(path)/redis.lock" }

    var isSocketElsewhere: Bool { socketFolder != path }

    /// unix(7): `sun_path` has 108 bytes, and the last is NUL.
    private static let longestSocketPath = 107

    /// Creates it if need be, and takes it.
    static func open(_ name: String, leastFreeSpace: UInt) throws(PrivateRedisError) -> DataFolder {
        do throws(SystemError) {
            return try take(name, leastFreeSpace)
        } catch {
            throw reason(error, name)
        }
    }

    private static func take(_ name: String, _ leastFreeSpace: UInt) throws(SystemError) -> DataFolder {
        try create(name)
        let path = try resolve(name)
        guard try freeSpace(path) >= leastFreeSpace else { throw SystemError("statvfs", code: ENOSPC) }
        guard let lock = try FileLock.take("\(path)/lock") else { throw SystemError("flock", code: EWOULDBLOCK) }
        lock.sign()
        return DataFolder(path: path, lock: lock)
    }

    private init(path: String, lock: consuming FileLock) {
        self.path = path
        self.lock = lock
        let isShort = path.utf8.count + "/redis.sock".utf8.count <= Self.longestSocketPath
        socketFolder = isShort ? path : Self.socketFolder(for: path)
    }

    private static func reason(_ error: SystemError, _ name: String) -> PrivateRedisError {
        switch error.code {
        case EWOULDBLOCK:
            let holder = SmallFile.head(of: "\(name)/lock", limit: 20).prefix { $0.isNumber }
            return .folderInUse(name, by: holder.isEmpty ? nil : String(holder))
        case ENOSPC, EDQUOT: return .diskFull(name)
        default: return .folderUnusable(name, error)
        }
    }

    /// With its parents, and for nobody else (as the XDG base directory specification wants it).
    private static func create(_ name: String) throws(SystemError) {
        var prefix = ""
        for part in name.split(separator: "/", omittingEmptySubsequences: false) {
            prefix += part
            if !prefix.isEmpty, unsafe mkdir(prefix, 0o700) != 0, errno != EEXIST {
                // A parent that is there may be closed for us, and the folder in it open.
                let error = SystemError("mkdir \(prefix)")
                guard unsafe access(prefix, F_OK) == 0 else { throw error }
            }
            prefix += "/"
        }
    }

    private static func resolve(_ name: String) throws(SystemError) -> String {
        guard let resolved = unsafe realpath(name, nil) else { throw SystemError("realpath \(name)") }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func freeSpace(_ path: String) throws(SystemError) -> UInt {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw SystemError("statvfs \(path)") }
        return status.f_bavail.multipliedReportingOverflow(by: status.f_frsize).partialValue
    }

    /// A folder in /tmp of which the name follows from the data folder's, so that the next start finds the socket
    /// there.
    private static func socketFolder(for path: String) -> String {
        "/tmp/ganglion-\(geteuid())-\(String(fingerprint(path), radix: 16))"
    }

    /// Anybody can make folders in /tmp: one that others can write to is not used.
    func createSocketFolder() throws(PrivateRedisError) {
        guard isSocketElsewhere else { return }
        var status = stat()
        if unsafe mkdir(socketFolder, 0o700) != 0, errno != EEXIST {
            throw .folderUnusable(socketFolder, SystemError("mkdir"))
        }
        guard unsafe lstat(socketFolder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_uid == geteuid(), status.st_mode & 0o077 == 0
        else { throw .socketFolderNotOurs(socketFolder) }
    }

    /// FNV-1a with 64 bits (Fowler, Noll, Vo).
    private static func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    /// For the time after Redis has ended.
    func removeSocketFolder() {
        if isSocketElsewhere { unsafe rmdir(socketFolder) }
    }
}
