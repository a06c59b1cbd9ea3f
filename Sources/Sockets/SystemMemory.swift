import CLinux
import Dispatch

/// The process's memory, as the system sees it.
package enum SystemMemory {
    /// Gives back what was freed, in the background: it takes a millisecond for each few megabytes, in which whoever
    /// allocates may have to wait for a part of it.
    package static func giveBackFreed() {
        DispatchQueue.global(qos: .background).async { CLinux_trimHeap() }
    }
}
