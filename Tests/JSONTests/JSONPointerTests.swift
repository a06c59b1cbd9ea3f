import JSON
import Testing

/// RFC 6901, section 3.
@Test(
    "A pointer's tokens escape '~' and '/', and nothing else",
    arguments: [
        ("", ""), ("a", "a"), ("a/b", "a~1b"), ("m~n", "m~0n"), ("~1", "~01"), ("/~", "~1~0"),
        ("é %^|\\\"", "é %^|\\\""),
    ])
func escaped(_ name: String, _ token: String) { #expect(JSONPointer.escaped(name) == token) }
