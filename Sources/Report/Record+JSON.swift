public import Evidence

extension Record {
    /// The record as a JSON object on one line, its members named and written as `journalctl -o json`
    /// does: journald fields, every value a string.
    public var jsonLine: String {
        var members: [(name: String, value: String)] = [
            (Field.run.rawValue, run),
            (Field.node.rawValue, node),
            (Field.incarnation.rawValue, String(incarnation)),
            (Field.sequence.rawValue, String(sequence)),
            (Field.time.rawValue, String(time.nanoseconds)),
            (Field.event.rawValue, event.rawValue),
        ]
        members += fields.pairs.map { ($0.field.rawValue, $0.value) }
        var text = "{"
        for (index, member) in members.enumerated() {
            if index > 0 { text += "," }
            JSONText.quote(member.name, to: &text)
            text += ":"
            JSONText.quote(member.value, to: &text)
        }
        return text + "}"
    }
}
