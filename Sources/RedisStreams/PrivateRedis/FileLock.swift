import Glibc
import Sockets

/// An exclusive lock on a file (flock(2)). It belongs to the open file, and so ends with the last process that has it
/// open, however that process ends.
struct FileLock: ~Copyable {
    let descriptor: Int32

    /// Creates the file if need be; `nil` if somebody holds the lock.
    static func take(_ path: String) throws(SystemError) -> FileLock? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SystemError("open \(path)") }
        let lock = FileLock(descriptor: descriptor)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return nil
            default: throw SystemError("flock \(path)")
            }
        }
        return lock
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Leaves this process's number in the file, for the message of whoever comes next.
    func sign() {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }
}
