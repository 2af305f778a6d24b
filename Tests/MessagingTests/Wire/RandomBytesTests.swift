import Evidence
import Messaging
import Testing

@Suite struct RandomBytesTests {
    /// Marks of the grammar and of the protocol, so that random texts come near to valid ones.
    private static let pieces: [String] = [
        "{", "}", "[", "]", ":", ",", "\"", "\\", "\\u", "d800", "null", "true", "1", "-", ".",
        "e9",
        " ", "\"command\"", "\"LOGIN\"", "\"ACTIVITY_MESSAGE\"", "\"username\"", "\"secret\"",
        "\"activity\"", "\"anonymous\"", "{\"command\":", "\u{1F600}",
    ]

    @Test("no bytes crash the codec, and what it takes it writes again", arguments: 1...20)
    func randomBytes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                if Int.random(in: 0..<12, using: &random) == 0 {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                } else if let piece = Self.pieces.randomElement(using: &random) {
                    bytes.append(contentsOf: piece.utf8)
                }
            }
            if let request = try? ClientRequest(line: bytes) {
                #expect(try ClientRequest(line: request.frame().bytes.dropLast()) == request)
            }
            if let reply = try? ServerReply(line: bytes) {
                #expect(try ServerReply(line: reply.frame().bytes.dropLast()) == reply)
            }
        }
    }

    @Test(
        "a valid message with one byte changed is taken or refused, and never crashes",
        arguments: 1...10
    )
    func mutatedMessages(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let resume = Resume(client: "c1", stream: "s1", acknowledged: 3)
        let line = Array(
            ClientRequest.login(user: "ann", secret: "s", resume: resume).frame().bytes.dropLast()
        )
        for _ in 0..<500 {
            var mutated = line
            mutated[Int.random(in: 0..<mutated.count, using: &random)] = .random(
                in: 0...255,
                using: &random
            )
            if let request = try? ClientRequest(line: mutated) {
                #expect(try ClientRequest(line: request.frame().bytes.dropLast()) == request)
            }
        }
    }
}
