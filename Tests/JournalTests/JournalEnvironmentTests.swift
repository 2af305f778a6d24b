import Testing

@testable import Journal

@Suite("The journal's environment")
struct JournalEnvironmentTests {
    let full = [
        "ORDEAL_RUN": "r", "ORDEAL_NODE": "n", "ORDEAL_INCARNATION": "3",
        "ORDEAL_JOURNAL": "/s", "ORDEAL_ACK_PAGE": "/a",
    ]

    @Test("all variables together name a journal")
    func allName() throws {
        let environment = try #require(try JournalEnvironment.parse { full[$0] })
        #expect(environment.incarnation == 3)
        #expect(environment.socketPath == "/s")
        for (name, value) in environment.variables {
            #expect(full[name] == value)
        }
    }

    @Test("none of them is no journal and no error")
    func noneIsNil() throws {
        #expect(try JournalEnvironment.parse { _ in nil } == nil)
    }

    @Test("a part of them is an error that names what is missing", arguments: 0..<5)
    func partIsError(place: Int) {
        let name = JournalEnvironment.names[place]
        let error = #expect(throws: JournalError.self) {
            try JournalEnvironment.parse { $0 == name ? nil : full[$0] }
        }
        #expect(error?.what.contains(name) == true)
    }

    @Test("an incarnation that is no number from 0 is an error", arguments: ["x", "-1", ""])
    func wrongIncarnation(text: String) {
        #expect(throws: JournalError.self) {
            try JournalEnvironment.parse { $0 == "ORDEAL_INCARNATION" ? text : full[$0] }
        }
    }
}
