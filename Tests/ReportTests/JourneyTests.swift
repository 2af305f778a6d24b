import Checkers
import Evidence
import Foundation
import Report
import Testing

@Suite struct JourneyTests {
    private let identity = MessageIdentity(user: SmallRun.user, stream: "s", number: 1)

    @Test("a journey has every hop in order, whom it reached, the findings and the faults")
    func whole() throws {
        let journey = try #require(
            Journey(of: identity, in: SmallRun.report(deliveries: 2))
        )
        #expect(journey.outcome == .ok)
        #expect(journey.hops.map(\.node) == ["client.1", "client.1", "client.1", "client.1"])
        #expect(journey.hops.map(\.time) == journey.hops.map(\.time).sorted())
        #expect(journey.hops.first?.sentence.hasPrefix("Sends ") == true)
        #expect(journey.receivers.map(\.times) == [2])
        #expect(journey.findings.map(\.subject) == [.catalogue(.noDuplication)])
        #expect(journey.faults.count == 1)
        #expect(journey.faults.first?.hasPrefix("f1, cut of a -> b") == true)
    }

    @Test("the report shows the journey of a violation's message, and none where nothing is broken")
    func inReport() {
        let broken = SmallRun.report(deliveries: 2).html
        #expect(broken.contains("<summary>The journey of <code>u&lt;&amp;"))
        #expect(broken.contains("reached 1 of 1 who were connected"))
        #expect(!SmallRun.report(deliveries: 1).html.contains("The journey of"))
    }

    @Test("who was connected and got nothing is named, with the session")
    func missed() throws {
        let journey = try #require(
            Journey(of: identity, in: SmallRun.report(deliveries: 0))
        )
        #expect(journey.receivers.map(\.delivered) == [nil])
        #expect(journey.receivers.first?.absence?.contains("ended at") == true)
        #expect(journey.text.contains("reached 0 of 1 who were connected"))
    }

    @Test("foreign text cannot steer the terminal, and the JSON is JSON")
    func hostile() throws {
        let journey = try #require(
            Journey(of: identity, in: SmallRun.report(deliveries: 2))
        )
        #expect(!journey.text.contains("\u{1b}"))
        let object = try JSONSerialization.jsonObject(with: Data(journey.json.utf8))
        let members = try #require(object as? [String: Any])
        #expect(members["outcome"] as? String == "acknowledged")
        #expect((members["hops"] as? [[String: Any]])?.count == 4)
    }

    @Test("of a message that nobody tells of there is no journey")
    func unknown() {
        let other = MessageIdentity(user: "nobody", stream: "s", number: 1)
        #expect(Journey(of: other, in: SmallRun.report(deliveries: 1)) == nil)
    }
}
