import Evidence
import Testing

/// `ORDEAL_MESSAGE` is written in one way only, in the reader as in the schema.
@Suite struct MessageIdentityTests {
    @Test("what is read is written the same again", arguments: ["u/s/1", "a/b/s/10", "/s/9"])
    func reads(text: String) throws {
        let identity = try #require(MessageIdentity(text))
        #expect(identity.description == text)
        #expect(FieldType.message.accepts(text))
    }

    @Test(
        "signs, leading zeros and other digits are refused",
        arguments: [
            "u/s/+1", "u/s/01", "u/s/+01", "u/s/0", "u/s/-1", "u/s/", "u/s/ 1", "u/s/1 ", "u/s/१",
            "u/s/1e3", "u/s/99999999999999999999", "u//1", "s/1", "1", "",
        ]
    )
    func refuses(text: String) {
        #expect(MessageIdentity(text) == nil)
        #expect(!FieldType.message.accepts(text))
        let line = "5 0000000000000001 \(text)"
        #expect(!FieldType.deliveries.accepts(line))
    }
}
