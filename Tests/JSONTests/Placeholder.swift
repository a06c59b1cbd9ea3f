import Testing

@Test("an id has no spaces") func identifiers() { #expect("wf".contains(" ") == false) }
