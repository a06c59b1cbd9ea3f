/// A misspelt upcoming feature in Package.swift is ignored without a word: here each has to be on for the target to
/// compile at all.

#if !hasFeature(ExistentialAny)
    #error("ExistentialAny is off")
#endif
#if !hasFeature(ImmutableWeakCaptures)
    #error("ImmutableWeakCaptures is off")
#endif
#if !hasFeature(InferIsolatedConformances)
    #error("InferIsolatedConformances is off")
#endif
#if !hasFeature(InternalImportsByDefault)
    #error("InternalImportsByDefault is off")
#endif
#if !hasFeature(MemberImportVisibility)
    #error("MemberImportVisibility is off")
#endif
#if !hasFeature(NonisolatedNonsendingByDefault)
    #error("NonisolatedNonsendingByDefault is off")
#endif
#if !hasFeature(StrictMemorySafety)
    #error("StrictMemorySafety is off")
#endif
