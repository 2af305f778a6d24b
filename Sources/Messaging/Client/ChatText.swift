/// What a person reads of what others say: text that cannot play with the terminal.
enum ChatText {
    /// The keys under which clients of all kinds put what a person typed; the first that is there counts.
    static let usualKeys = ["message", "text", "body"]

    /// A text with its control characters made visible: C0 and DEL by their pictures (an escape is ␛), line
    /// breaks and tabs as spaces, C1 and the marks that turn the direction of writing as U+FFFD.
    static func plain(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ picture(of: $0) == nil }) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(picture(of: scalar) ?? scalar) }
        return String(scalars)
    }

    /// What stands for a character that must not reach a terminal; nil for all others.
    private static func picture(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: " "
        case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value)
        case 0x7F: "\u{2421}"
        case 0x80..<0xA0, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: "\u{FFFD}"
        case _: nil
        }
    }

    /// What a person reads of an activity: its text under one of the usual keys, and behind it whatever
    /// else it holds, as `key: value`.
    static func text(of activity: Activity) -> String {
        guard let object = activity.object else {
            return String(decoding: activity.bytes, as: UTF8.self)
        }
        var rest = object.members.filter { !isOurs($0) }
        var said: String?
        for key in usualKeys where said == nil {
            guard case .string(let text)? = object[key] else { continue }
            said = text
            rest.removeAll { $0.key == key }
        }
        let others = list(rest)
        switch (said, rest.isEmpty) {
        case (let said?, true): return said
        case (let said?, false): return "\(said) (\(others))"
        case (nil, true): return "(nothing)"
        case (nil, false): return others
        }
    }

    /// What servers and clients add for each other: the sender, who is shown anyhow, and the identity.
    private static func isOurs(_ member: JSONObject.Member) -> Bool {
        if case .object = member.value, member.key == "ordeal" { return true }
        return member.key == Activity.authenticatedUserKey
    }

    private static func list(_ members: [JSONObject.Member]) -> String {
        members.map { "\($0.key): \(words($0.value))" }.joined(separator: ", ")
    }

    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .number(let number): number.text
        case .string(let text): text
        case .array(let values): "[\(values.map(words).joined(separator: ", "))]"
        case .object(let object): "{\(list(object.members))}"
        case .raw(let raw): String(decoding: raw.bytes, as: UTF8.self)
        }
    }
}
