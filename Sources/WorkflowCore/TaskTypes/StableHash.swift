/// A hash that is the same at every node and in every process.
package enum StableHash {
    /// FNV-1a of 64 bits (Fowler, Noll, Vo; RFC 9923).
    package static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// The same with all bits spread, for what is compared or divided: texts that differ in their last letter only have
    /// hashes near each other otherwise (the finalizer of MurmurHash3, Appleby).
    package static func spread(_ text: String) -> UInt64 {
        var hash = of(text.utf8)
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        return hash ^ (hash >> 33)
    }
}
