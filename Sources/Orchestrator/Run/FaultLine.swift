import Evidence
import Report

/// One record of a fault as a line of `faults.jsonl`.
enum FaultLine {
    /// A JSON object: event, time in nanoseconds, and the record's fields in lower case.
    static func text(_ kind: EventKind, _ values: FieldValues, _ time: Instant) -> String {
        var parts = ["\"event\":\(JSONText.quoted(kind.rawValue))", "\"time\":\(time.nanoseconds)"]
        for (field, value) in values.pairs {
            let key = field.rawValue.dropFirst("ORDEAL_".count).lowercased()
            parts.append("\(JSONText.quoted(key)):\(JSONText.quoted(value))")
        }
        return "{\(parts.joined(separator: ","))}"
    }
}
