import Evidence

/// A message that servers do not take, for example because it is longer than their longest line: whoever
/// sends it again and again comes to nothing else.
extension ClientCore {
    /// A server closed the session while this was the oldest send: it may be why.
    mutating func strike() {
        guard let first = outbox.open.first, first.wasSent else {
            struck = nil
            return
        }
        let identity = first.content.identity
        let before = struck.map { $0.identity == identity ? $0.sessions : 0 } ?? 0
        struck = (identity, before + 1)
    }

    /// Whether a server that took the stream up to a number lacks a message that is to be given up.
    func isHopeless(after accepted: Int64) -> Bool {
        guard let max = configuration.sendAttemptsMax, let struck, struck.sessions >= max,
            struck.identity.stream == outbox.stream
        else { return false }
        return struck.identity.number > accepted
    }

    /// Gives the oldest send up. The others go on in a new stream, since a stream has no gaps: the server
    /// just said that it has none of them.
    mutating func giveUpFirst(_ session: Session) {
        struck = nil
        endSession("left")
        order(.close(session.link.connection))
        phase = .waiting
        setTimer(.wait, after: .zero)
        let entries = outbox.takeOpen()
        for entry in entries { ended(entry) }
        beginStream(reason: "given up")
        for entry in entries.dropFirst() { send(entry.content.body, now: now) }
        if let first = entries.first { tell(.givenUp(first.content.body)) }
    }

    /// Writes down that a send is not waited for any more: one that was sent may have taken effect.
    mutating func ended(_ entry: Outbox.Entry) {
        record(
            entry.wasSent ? .sendInfo : .sendFail,
            [
                .user: configuration.user, .message: "\(entry.content.identity)",
                .reason: entry.wasSent ? "not acknowledged" : "not sent",
            ]
        )
    }
}
