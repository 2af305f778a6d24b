import Testing

@testable import Messaging

@Suite struct ActivityTests {
    private func activity(_ text: String) throws -> Activity {
        let line = Array("{\"command\":\"X\",\"activity\":\(text)}".utf8)
        return try WireReader(line).activity()
    }

    private func text(_ activity: Activity) -> String {
        String(decoding: activity.bytes, as: UTF8.self)
    }

    @Test(
        "numbers, nulls, order, spaces and escapes pass through as they came",
        arguments: [
            "{\"z\":1.0,\"a\":null,\"n\":1e3,\"big\":18446744073709551616,\"s\":\"\\u003c\"}",
            "{ \"a\" : [ 1 , 2.50 ] }",
            "{\"command\":\"LOGOUT\",\"activity\":{\"activity\":\"x\"}}",
        ]
    )
    func passThrough(object: String) throws {
        let authenticated = try activity(object).authenticated(as: "ann")
        let inside = object.dropFirst().dropLast().drop { $0 == " " }
        let trimmed = inside.reversed().drop { $0 == " " }.reversed()
        #expect(text(authenticated) == "{\(String(trimmed)),\"authenticated_user\":\"ann\"}")
    }

    @Test("an empty activity gets authenticated_user alone")
    func empty() throws {
        #expect(
            text(try activity("{ }").authenticated(as: "a\"b")) == #"{"authenticated_user":"a\"b"}"#
        )
    }

    @Test("authenticated_user cannot be spoofed, not twice and not by escapes")
    func spoofing() throws {
        let spoofed = try activity(
            #"{"authenticated_user":"eve","a":1,"authenticated\u005fuser":{"x":[]},"b":2}"#
        )
        #expect(
            text(spoofed.authenticated(as: "ann")) == #"{"a":1,"b":2,"authenticated_user":"ann"}"#
        )
        #expect(spoofed.authenticated(as: "ann").authenticatedUser == "ann")
    }

    @Test(
        "an activity that is no object is refused",
        arguments: ["1", "\"{}\"", "[]", "null", "true"]
    )
    func noObject(value: String) {
        #expect(throws: WireError.self) { try activity(value) }
    }

    @Test("an activity nested in another object is kept raw as well")
    func nested() throws {
        let line = Array(#"{"command":"X","pending":[{"activity":{"n":1.0}}]}"#.utf8)
        let pending = try WireReader(line).objects("pending")
        #expect(text(try #require(pending.first).activity()) == #"{"n":1.0}"#)
    }
}
