import Foundation
import Glibc

extension Pipe {
    /// One that processes started meanwhile do not inherit: as long as one of them held its end for writing, a reader
    /// would wait for more.
    static func closedOnExec() -> Pipe {
        let pipe = Pipe()
        for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
            _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        return pipe
    }
}
