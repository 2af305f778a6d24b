import Testing

@testable import Messaging

@Suite struct JSONTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue {
        try JSONValue.parse(Array(text.utf8))
    }

    private func written(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(
        "a valid text is read and written again as it was spelled",
        arguments: [
            "null", "true", "false", "0", "-0", "1.0", "1e3", "-2.50E+7", "18446744073709551616",
            "\"\"", "\"a b\"", "\"\u{2028}\u{1F600}\"", "[]", "{}", "[1,2,[3,{}]]",
            "{\"b\":null,\"a\":[true,\"x\"],\"c\":{\"d\":1.10}}",
        ]
    )
    func roundTrip(text: String) throws {
        #expect(written(try parse(text)) == text)
    }

    @Test("white space is allowed around every mark")
    func whiteSpace() throws {
        #expect(
            written(try parse(" \t{ \"a\" : [ 1 , 2 ] ,\r\n\"b\" : { } } "))
                == "{\"a\":[1,2],\"b\":{}}"
        )
    }

    @Test(
        "an invalid text is refused",
        arguments: [
            "", " ", "nul", "True", "01", "-", "1.", ".5", "1e", "+1", "0x1", "NaN", "\"",
            "\"\\x\"",
            "\"\\u12g4\"", "\"\t\"", "[", "[1", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":}",
            "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\" 1}", "1 2", "{}x", "\u{FEFF}{}", "// x",
        ]
    )
    func invalid(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("escapes are resolved, and half a surrogate pair becomes U+FFFD")
    func escapes() throws {
        let text = #""a\"\\\/\b\f\n\r\t\u0041\ud83d\ude00z\ud800-\udc00""#
        let expected = "a\"\\/\u{8}\u{c}\n\r\tA\u{1F600}z\u{FFFD}-\u{FFFD}"
        #expect(try parse(text) == .string(expected))
    }

    @Test("what must be escaped is escaped, and nothing else")
    func writtenEscapes() {
        #expect(
            written(.string("\"\\\n\r\t\u{1}\u{1f}/é\u{7f}")) == #""\"\\\n\r\t\u0001\u001f/é"#
                + "\u{7f}\""
        )
    }

    @Test("bytes that are no UTF-8 become U+FFFD")
    func invalidUTF8() throws {
        let bytes = [UInt8(ascii: "\""), 0x61, 0xFF, 0xC3, 0x28, UInt8(ascii: "\"")]
        #expect(try JSONValue.parse(bytes) == .string("a\u{FFFD}\u{FFFD}("))
    }

    @Test("the depth limit counts the outermost level", arguments: [("[", "]"), ("{\"a\":", "}")])
    func depth(open: String, close: String) throws {
        func nested(_ levels: Int) -> String {
            String(repeating: open, count: levels - 1) + "[]"
                + String(repeating: close, count: levels - 1)
        }
        _ = try parse(nested(64))
        let error = try #require(throws: JSONError.self) { try parse(nested(65)) }
        #expect(error.expected == "at most 64 levels")
    }

    @Test("a very deep text is refused without a deep stack")
    func veryDeep() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }

    @Test("a text beyond the size limit is refused")
    func size() {
        #expect(throws: JSONError.self) {
            try JSONValue.parse(Array("[1,2,3]".utf8), limits: JSONLimits(bytes: 6))
        }
    }

    @Test("a key that comes twice keeps its first place and last value", arguments: [2, 9, 40])
    func repeatedKeys(count: Int) throws {
        let others = (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let value = try parse("{\"a\":1,\(others),\"a\":2}")
        guard case .object(let object) = value else {
            Issue.record("not an object")
            return
        }
        #expect(object.members.count == count + 1)
        #expect(object.members.first?.key == "a")
        #expect(object["a"] == .number(JSONNumber(2)))
    }

    @Test("an integer is 3, but not 3.0, 3e0 or beyond 64 bits")
    func integers() throws {
        #expect(try parse("3") == .number(JSONNumber(3)))
        for text in ["3.0", "3e0", "9223372036854775808"] {
            guard case .number(let number) = try parse(text) else {
                Issue.record("\(text) is no number")
                continue
            }
            #expect(number.integer == nil)
        }
    }

    @Test("the error says what was expected and where")
    func errorText() throws {
        let error = try #require(throws: JSONError.self) { try parse("{\"a\":1;}") }
        #expect("\(error)" == "expected ',' or '}' at byte 6")
    }
}
