import Evidence

/// How reports write numbers and foreign text.
enum Texts {
    /// A duration in seconds with three decimals: `12.345 s`.
    static func seconds(_ duration: Duration) -> String { "\(decimal(duration)) s" }

    /// A duration in seconds with three decimals and no unit: `12.345`.
    static func decimal(_ duration: Duration) -> String {
        let milliseconds = duration.nanoseconds / 1_000_000
        let whole = milliseconds.magnitude / 1000
        let part = String(milliseconds.magnitude % 1000)
        let padded = String(repeating: "0", count: 3 - part.utf8.count) + part
        return "\(milliseconds < 0 ? "-" : "")\(whole).\(padded)"
    }

    /// Milliseconds for people: `0.4 ms`, `12 ms`.
    static func milliseconds(_ duration: Duration) -> String {
        let tenths = (duration.nanoseconds + 50_000) / 100_000
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) ms" : "\(grouped(Int(tenths / 10))) ms"
    }

    /// A number with thin groups: `12,345`.
    static func grouped(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var groups: [Substring] = []
        while digits.utf8.count > 3 {
            groups.append(digits.suffix(3))
            digits = String(digits.dropLast(3))
        }
        groups.append(Substring(digits))
        return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// Text for XML and HTML, in an element or in a quoted attribute.
    ///
    /// Control characters that XML 1.0 forbids become U+FFFD, so that the file stays well-formed.
    static func xml(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff:
                result += "\u{fffd}"
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Text for a cell of a Markdown table: one line, nothing in it is markup.
    static func markdown(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "~":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20: result += " "
            case _: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Text for a terminal: one line, without control characters.
    static func terminal(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
            result.unicodeScalars.append(isControl ? "\u{fffd}" : scalar)
        }
        return result
    }

    /// A text filled with spaces to a width.
    static func padded(_ text: String, _ width: Int, right: Bool = false) -> String {
        let fill = String(repeating: " ", count: max(0, width - text.count))
        return right ? fill + text : text + fill
    }

    /// `1 fault`, `2 faults`.
    static func plural(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}
