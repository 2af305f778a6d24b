/// A JSON value that is written in one way only: members in the order given, two spaces of indent.
public enum JSONText {
    /// A string.
    case text(String)
    /// A whole number.
    case number(Int64)
    /// A number that is written already, such as `12.345`.
    case decimal(String)
    /// True or false.
    case flag(Bool)
    /// Nothing.
    case null
    /// Values in order.
    case list([JSONText])
    /// Members in order.
    case object([(String, JSONText)])

    /// A whole number.
    static func count(_ number: Int) -> JSONText { .number(Int64(number)) }

    /// Strings in order.
    static func texts(_ texts: [String]) -> JSONText { .list(texts.map { .text($0) }) }

    /// The value as text, with a line feed at its end.
    var document: String {
        var result = ""
        write(to: &result, indent: 0)
        return result + "\n"
    }

    /// A string as JSON has it, with its quotation marks.
    public static func quoted(_ text: String) -> String {
        var result = ""
        quote(text, to: &result)
        return result
    }

    private func write(to result: inout String, indent: Int) {
        switch self {
        case .text(let text): Self.quote(text, to: &result)
        case .number(let number): result += String(number)
        case .decimal(let text): result += text
        case .flag(let flag): result += flag ? "true" : "false"
        case .null: result += "null"
        case .list(let values):
            Self.write(values.count, "[", "]", to: &result, indent) { place, result in
                values[place].write(to: &result, indent: indent + 1)
            }
        case .object(let members):
            Self.write(members.count, "{", "}", to: &result, indent) { place, result in
                Self.quote(members[place].0, to: &result)
                result += ": "
                members[place].1.write(to: &result, indent: indent + 1)
            }
        }
    }

    private static func write(
        _ count: Int,
        _ open: String,
        _ close: String,
        to result: inout String,
        _ indent: Int,
        _ element: (Int, inout String) -> Void
    ) {
        result += open
        for place in 0..<count {
            result += place == 0 ? "\n" : ",\n"
            result += String(repeating: "  ", count: indent + 1)
            element(place, &result)
        }
        if count > 0 {
            result += "\n" + String(repeating: "  ", count: indent)
        }
        result += close
    }

    static func quote(_ text: String, to result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            case _: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }
}
