import Evidence

/// One record of a fault as a line of `faults.jsonl`.
enum FaultLine {
    /// A JSON object: event, time in nanoseconds, and the record's fields in lower case.
    static func text(_ kind: EventKind, _ values: FieldValues, _ time: Instant) -> String {
        var parts = ["\"event\":\(quoted(kind.rawValue))", "\"time\":\(time.nanoseconds)"]
        for (field, value) in values.pairs {
            let key = field.rawValue.dropFirst("ORDEAL_".count).lowercased()
            parts.append("\(quoted(key)):\(quoted(value))")
        }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case _ where scalar.value < 0x20:
                out +=
                    "\\u" + String(repeating: "0", count: 4 - String(scalar.value, radix: 16).count)
                    + String(scalar.value, radix: 16)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
