/// Whether the codec says what it read: what every family of messages takes from a line must be the same
/// after it was written and read again.
package enum WireRoundTrip {
    /// What is wrong with a line, for a person; nil where nothing is, also where nobody takes the line.
    package static func problem(with line: [UInt8]) -> String? {
        guard let message = try? WireReader(line, limits: .server) else { return nil }
        return check("client", message, { try? ClientRequest($0) }, { $0.frame() })
            ?? check("joining", message, { try? JoinMessage($0) }, { $0.frame() })
            ?? check("peer", message, { try? PeerRequest($0) }, { $0.frame() })
            ?? check("supervisor", message, { try? PeerReply($0) }, { $0.frame() })
            ?? check("super-peer", message, { try? MeshMessage($0) }, { $0.frame() })
            ?? replyProblem(line) ?? quickProblem(line, message)
    }

    /// What is read quickly must be what is read thoroughly.
    private static func quickProblem(_ line: [UInt8], _ message: WireReader) -> String? {
        if let quick = ActivityLine.request(in: line), quick != (try? ClientRequest(line: line)) {
            return "an ACTIVITY_MESSAGE that is read quickly reads differently"
        }
        var items = ItemLine()
        if let quick = items.item(in: line), (try? MeshMessage(message)) != .some(.some(quick)) {
            return "an item that is read quickly reads differently"
        }
        return nil
    }

    private static func check<Message: Equatable>(
        _ family: String,
        _ reader: WireReader,
        _ read: (WireReader) -> Message??,
        _ write: (Message) -> Frame
    ) -> String? {
        guard case .some(.some(let message)) = read(reader) else { return nil }
        let bytes = write(message).bytes
        guard let again = try? WireReader(Array(bytes.dropLast()), limits: .server),
            case .some(.some(let second)) = read(again)
        else { return "what the \(family) family wrote is not taken: \(text(bytes))" }
        guard second == message else {
            return "the \(family) family reads something else from what it wrote: \(text(bytes))"
        }
        return bytes.dropLast().contains(0x0A) ? "a line feed in a line: \(text(bytes))" : nil
    }

    /// The replies to clients, which have no reader of their own.
    private static func replyProblem(_ line: [UInt8]) -> String? {
        guard let reply = try? ServerReply(line: line, limits: .server) else { return nil }
        let bytes = reply.frame().bytes
        guard let second = try? ServerReply(line: Array(bytes.dropLast()), limits: .server),
            second == reply
        else { return "a reply reads differently from what it wrote: \(text(bytes))" }
        return nil
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(2000), as: UTF8.self)
    }
}
