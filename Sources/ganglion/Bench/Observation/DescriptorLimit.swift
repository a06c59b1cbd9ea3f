import Glibc

/// How many descriptors this process, and those it starts, may have open.
enum DescriptorLimit {
    /// As many as it may give itself: each workflow that is under way holds a connection.
    static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(resource, &limit)
    }
}
