import Glibc
package import Sockets

/// Why there is no private Redis, and what to do about it.
package enum PrivateRedisError: Error, Hashable, CustomStringConvertible {
    case noServer(searched: String)
    case folderInUse(String, by: String?)
    case folderUnusable(String, SystemError)
    case diskFull(String)
    /// The folder for the socket is there already, and somebody else can write to it.
    case socketFolderNotOurs(String)
    case notLaunched(String, SystemError)
    /// What was started does not do.
    case unsuitable(String, reason: String)
    case ended(String, ServerEnding, logPath: String, lines: [String])
    case silent(socket: String, reason: String, pidFile: String)
    /// Something answers on the socket that is no Redis which may be supervised.
    case stranger(socket: String, process: Int64?)
    case cancelled

    package var description: String {
        switch self {
        case .noServer(let searched):
            "there is no redis-server on the PATH (\(searched)): install one (apt-get install redis-server), "
                + "or name a running one with --redis"
        case .folderInUse(let folder, let process):
            "the data folder \(folder) is in use by another ganglion\(process.map { " (process \($0))" } ?? ""): "
                + "stop that one, or give this one a folder of its own with --data"
        case .folderUnusable(let folder, let error) where [EACCES, EPERM, EROFS].contains(error.code):
            "the data folder \(folder) is not writable (\(error)): make it so, or choose another one with --data"
        case .folderUnusable(let folder, let error):
            "the data folder \(folder) cannot be used (\(error)): choose another one with --data"
        case .diskFull(let folder):
            "the disk of the data folder \(folder) is full: make room, or choose another one with --data"
        case .socketFolderNotOurs(let folder):
            "the folder for the socket, \(folder), belongs to somebody else or is open to others: remove it, "
                + "or choose a data folder with a shorter path with --data"
        case .notLaunched(let executable, let error): "\(executable) cannot be started (\(error))"
        case .unsuitable(let server, let reason): "\(server) does not do: \(reason)"
        case .ended(let server, let ending, let logPath, let lines):
            "\(server) ended when it was started (\(ending)); its last words in \(logPath):"
                + (lines.isEmpty ? " none" : lines.map { "\n    \($0)" }.joined())
        case .silent(let socket, let reason, let pidFile):
            "the Redis on \(socket) runs and does not answer (\(reason)); its process is named in \(pidFile)"
        case .stranger(let socket, let process):
            "what answers on \(socket) is not a redis-server of this machine "
                + "(it says that it is process \(process.map(String.init) ?? "unknown")): stop it"
        case .cancelled: "the start of the private Redis was given up"
        }
    }
}
