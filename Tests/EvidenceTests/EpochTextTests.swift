import Evidence
import Testing

@Suite struct EpochTextTests {
    @Test(
        "an epoch's number is read whether or not its master is named",
        arguments: [("7", 7), ("7/server.2", 7), ("0", 0), ("", 0), ("x", 0)]
    )
    func number(text: String, number: Int64) {
        #expect(EpochText.number(of: text) == number)
    }

    @Test("what is written is read again")
    func text() {
        #expect(EpochText.text(number: 3, master: nil) == "3")
        #expect(EpochText.text(number: 3, master: "server.1") == "3/server.1")
        #expect(EpochText.number(of: EpochText.text(number: 3, master: "server.1")) == 3)
        #expect(EpochText.number(of: nil) == 0)
    }
}
