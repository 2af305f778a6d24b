import Checkers
import Evidence

extension Journey {
    /// The journey for people, on a terminal.
    public var text: String {
        var text = "message    \(Texts.terminal(identity.description))\n"
        text += "send       \(sendText)\n"
        for (place, fault) in faults.enumerated() {
            text += Texts.padded(place == 0 ? "faults" : "", 11) + "\(Texts.terminal(fault))\n"
        }
        let width = hops.map(\.node.count).max() ?? 0
        text += "\n"
        for hop in hops {
            text += "  " + Texts.padded(Texts.seconds(hop.time - start), 11, right: true)
            text += "  " + Texts.padded(after(hop.time), 12, right: true)
            text += "  " + Texts.padded(Texts.terminal(hop.node), width)
            text +=
                "  \(Texts.terminal(hop.sentence)) [\(Texts.terminal(hop.record.description))]\n"
        }
        let missed = receivers.filter { $0.delivered == nil }
        text +=
            "\nreached \(receivers.count - missed.count) of \(receivers.count) who were connected\n"
        for receiver in receivers where receiver.times > 1 {
            text += "  \(Texts.terminal(receiver.user)): \(receiver.times) times\n"
        }
        for receiver in missed {
            let who = "\(receiver.user) (\(receiver.node))"
            text += "  not \(Texts.terminal(who)): \(Texts.terminal(receiver.absence ?? ""))\n"
        }
        for found in findings {
            text +=
                "\n\(found.subject.code) \(found.subject.name), \(found.finding.kind.rawValue): "
            text += Texts.terminal(found.finding.summary) + "\n"
            let witnesses = found.finding.witnesses.map(\.description).joined(separator: " ")
            if !witnesses.isEmpty { text += "  witnesses: \(Texts.terminal(witnesses))\n" }
            for fault in found.finding.faults { text += "  active: \(Texts.terminal(fault))\n" }
        }
        return text
    }

    /// The journey as a JSON object; times are seconds since the run's first record.
    public var json: String {
        JSONText.object([
            ("message", .text(identity.description)),
            ("outcome", .text(outcomeWord)),
            ("sent", seconds(sent)),
            ("ended", seconds(ended)),
            ("faults", .texts(faults)),
            (
                "hops",
                .list(
                    hops.map { hop in
                        .object([
                            ("seconds", seconds(hop.time)),
                            ("node", .text(hop.node)),
                            ("what", .text(hop.sentence)),
                            ("record", .text(hop.record.description)),
                        ])
                    }
                )
            ),
            (
                "receivers",
                .list(
                    receivers.map { receiver in
                        .object([
                            ("user", .text(receiver.user)),
                            ("node", .text(receiver.node)),
                            ("delivered", seconds(receiver.delivered)),
                            ("times", .count(receiver.times)),
                            ("absence", receiver.absence.map { .text($0) } ?? .null),
                        ])
                    }
                )
            ),
            (
                "findings",
                .list(
                    findings.map { found in
                        .object([
                            ("code", .text(found.subject.code)),
                            ("kind", .text(found.finding.kind.rawValue)),
                            ("summary", .text(found.finding.summary)),
                            ("witnesses", .texts(found.finding.witnesses.map(\.description))),
                            ("faults", .texts(found.finding.faults)),
                        ])
                    }
                )
            ),
        ]).document
    }

    private var sendText: String {
        guard let sent else { return "no record tells of it" }
        let begin = "at \(Texts.seconds(sent - start)), \(outcomeWord)"
        guard let ended else { return begin }
        return begin + " after \(Self.milliseconds(ended - sent))"
    }

    private var outcomeWord: String {
        switch outcome {
        case .ok: "acknowledged"
        case .failed: "failed"
        case .indeterminate: "undecided"
        }
    }

    private func after(_ time: Instant) -> String {
        guard let sent else { return "" }
        let later = time - sent
        return (later < .zero ? "-" : "+")
            + Self.milliseconds(later < .zero ? .zero - later : later)
    }

    /// A duration in milliseconds with three decimals.
    private static func milliseconds(_ duration: Duration) -> String {
        let micros = duration.nanoseconds / 1000
        let part = String(micros % 1000)
        return "\(micros / 1000)." + String(repeating: "0", count: 3 - part.utf8.count)
            + "\(part) ms"
    }

    private func seconds(_ time: Instant?) -> JSONText {
        time.map { .decimal(Texts.decimal($0 - start)) } ?? .null
    }
}
