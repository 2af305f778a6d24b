import Checkers
import Evidence
import Testing

/// An operation that is tried again stays one: it failed only if every attempt certainly failed.
@Suite struct AttemptTests {
    /// What a client of ann did about one message.
    private enum Step: String { case asked, failed, undecided, acknowledged }

    /// A message that was delivered to bob, after what ann's client says of its send.
    private func sent(_ steps: [Step], retried: [Step] = []) -> Story {
        var story = Story()
        story.logIn("client.1", 10, "ann", "A")
        story.logIn("client.2", 10, "bob", "B")
        story.deliver("client.2", 150, "bob", "B", "ann/s/1")
        for (incarnation, steps) in [steps, retried].enumerated() {
            for (place, step) in steps.enumerated() {
                let time = Int64(100 + 1000 * incarnation + place)
                let fields: FieldValues = [.user: "ann", .message: "ann/s/1"]
                switch step {
                case .asked: story.asked("client.1", time, "ann/s/1", "A", incarnation: incarnation)
                case .failed:
                    story.add("client.1", time, .sendFail, fields, incarnation: incarnation)
                case .undecided:
                    story.add("client.1", time, .sendInfo, fields, incarnation: incarnation)
                case .acknowledged:
                    story.add("client.1", time, .ack, fields, incarnation: incarnation)
                }
            }
            if incarnation == 0, !retried.isEmpty {
                story.kill("client.1", 900)
                story.logIn("client.1", 1000, "ann", "A", incarnation: 1)
            }
        }
        return story
    }

    @Test("a send failed only where no attempt may have happened")
    func sends() {
        let cases: [([Step], [Step], String)] = [
            ([.asked, .failed], [], "violated"),
            ([.asked, .failed, .asked, .failed], [], "violated"),
            ([.asked, .failed], [.asked, .failed], "violated"),
            ([.asked, .undecided, .asked, .failed], [], "unproved"),
            ([.asked, .failed, .asked, .undecided], [], "unproved"),
            ([.asked, .failed, .asked], [], "unproved"),
            ([.asked, .undecided, .failed], [], "unproved"),
            ([.asked], [.asked, .failed], "unproved"),
            ([.asked, .acknowledged, .asked, .failed], [], "unproved"),
        ]
        for (first, second, word) in cases {
            let story = sent(first, retried: second)
            // Nothing that failed is nothing to judge.
            #expect(story.word(.noResurrection) == word, "\(first.map(\.rawValue)) \(second)")
        }
    }

    @Test("a registration that may have happened gives its secret, whatever came after")
    func registrations() {
        for (isUndecided, word) in [(true, "holds"), (false, "violated")] {
            var story = Story()
            let fields: FieldValues = [.operation: "r", .user: "ann"]
            var asked = fields
            asked[.secret] = "s"
            story.add("client.1", 5, .register, asked)
            if isUndecided { story.add("client.1", 6, .registerInfo, fields) }
            story.add("client.1", 7, .registerFail, fields)
            story.logIn("client.1", 10, "ann", "A")
            #expect(story.word(.authentication) == word)
        }
    }

    @Test("a login that was denied was, whatever its other attempts came to")
    func denials() {
        for (reasons, word) in [
            (["cannot-tell", "cannot-tell"], "holds"),
            (["unknown-user", "cannot-tell"], "violated"),
            (["cannot-tell", "wrong-secret"], "violated"),
        ] {
            var story = Story()
            let asked: FieldValues = [.operation: "r", .user: "ann", .secret: "s"]
            story.add("client.1", 5, .register, asked)
            story.add("client.1", 6, .registerOK, [.operation: "r", .user: "ann"])
            for (place, reason) in reasons.enumerated() {
                var fields = asked
                fields[.operation] = "l"
                story.add("client.1", 10 + 2 * Int64(place), .login, fields)
                let answer: FieldValues = [.operation: "l", .user: "ann", .reason: reason]
                story.add("client.1", 11 + 2 * Int64(place), .loginFail, answer)
            }
            #expect(story.word(.durableRegistration) == word, "\(reasons)")
        }
    }
}
