/// What a person reads of what others say: text that cannot play with the terminal.
enum ChatText {
    /// The keys under which clients of all kinds put what a person typed; the first that is there counts.
    static let usualKeys = ["message", "text", "body"]

    /// So many characters of a line are shown where it is only named.
    private static let quotedMax = 200

    /// A line in quotes, so that a person knows which one is meant; of a long one its beginning.
    static func quoted(_ line: String) -> String {
        let count = line.utf8.count
        guard count > quotedMax else { return "\"\(line)\"" }
        return "\"\(line.prefix(quotedMax / 4))…\" (\(count) bytes)"
    }

    /// A text with its control characters made visible, by their pictures.
    static func plain(_ text: String) -> String {
        if text.unicodeScalars.allSatisfy({ ControlPicture.of($0) == nil }) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(ControlPicture.of(scalar) ?? scalar) }
        return String(scalars)
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
