/// Reads one protocol message: a JSON object with the string `command`.
///
///     let message = try WireReader(line, limits: .server)
///     switch message.command {
///     case "REGISTER_REQUEST":
///         let user = try message.string("username")
///         let port = try message.integer("port", in: 1...65535)
///         let load = try message.optionalInteger("load") ?? 0
///         for pending in try message.objects("pending") { … try pending.activity() … }
///     …
///
/// Every getter throws a `WireError` whose text is fit for INVALID_MESSAGE. Unknown keys are ignored.
/// Optional getters give nil where the key is missing or null, and still throw where it is ill-typed.
/// Values under the key `activity`, at any depth, are kept as they were spelled.
public struct WireReader: Sendable {
    /// The value of `command`; the name of the enclosing message in an object inside it.
    public let command: String
    /// All members of the message.
    public let object: JSONObject
    private let path: String

    /// Reads a line.
    ///
    /// - Throws: where the line is no JSON object with a string `command`.
    public init(_ line: [UInt8], limits: JSONLimits = .client) throws(WireError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue.parse(line, limits: limits, raw: ["activity"])
        } catch {
            throw WireError("JSON parse error while parsing message: \(error)")
        }
        guard case .object(let object) = value else {
            throw WireError("a message must be a JSON object, not \(value.kind)")
        }
        switch object["command"] {
        case .string(let command)?:
            self.command = command
        case .none:
            throw WireError("the received message did not contain a command")
        case .some(let other):
            throw WireError("\"command\" must be a string, not \(other.kind)")
        }
        self.object = object
        path = ""
    }

    private init(command: String, object: JSONObject, path: String) {
        self.command = command
        self.object = object
        self.path = path
    }

    /// A required string.
    public func string(_ key: String) throws(WireError) -> String {
        try required(key, "a string", optionalString(key))
    }

    /// A required string of so many bytes at most.
    public func string(_ key: String, bytesMax: Int) throws(WireError) -> String {
        let text = try string(key)
        guard text.utf8.count <= bytesMax else {
            throw WireError(
                "\(command) must have \"\(path)\(key)\": a string of at most \(bytesMax) bytes"
            )
        }
        return text
    }

    /// A string that may be missing or null.
    public func optionalString(_ key: String) throws(WireError) -> String? {
        try optional(key, "a string") { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    /// A required integer; `3` is one, `3.0`, `3e0` and `"3"` are not.
    public func integer(
        _ key: String,
        in range: ClosedRange<Int64> = .min ... .max
    ) throws(WireError) -> Int64 {
        try required(key, Self.words(range), optionalInteger(key, in: range))
    }

    /// No integer of a message lies beyond this on either side of 0, so that a core may count on from any.
    public static let integerMax: Int64 = 1 << 62

    /// An integer that may be missing or null.
    public func optionalInteger(
        _ key: String,
        in range: ClosedRange<Int64> = .min ... .max
    ) throws(WireError) -> Int64? {
        try optional(key, Self.words(range)) { value in
            guard case .number(let number) = value, let integer = number.integer,
                range.contains(integer), integer.magnitude <= Self.integerMax
            else { return nil }
            return integer
        } shown: { value in
            Self.words(value)
        }
    }

    /// A required boolean.
    public func bool(_ key: String) throws(WireError) -> Bool {
        try required(key, "a boolean", optionalBool(key))
    }

    /// A boolean that may be missing or null.
    public func optionalBool(_ key: String) throws(WireError) -> Bool? {
        try optional(key, "a boolean") { value in
            if case .bool(let bool) = value { bool } else { nil }
        }
    }

    /// A required activity: an object, kept as it was spelled.
    public func activity(_ key: String = "activity") throws(WireError) -> Activity {
        let activity = try optional(key, "an object") { value in
            if case .raw(let raw) = value { Activity(raw) } else { nil }
        }
        return try required(key, "an object", activity)
    }

    /// The `hostname` and `port` of a message.
    public func address() throws(WireError) -> Address {
        Address(host: try string("hostname"), port: Int(try integer("port", in: 1...65535)))
    }

    /// A required object.
    public func object(_ key: String) throws(WireError) -> WireReader {
        try required(key, "an object", optionalObject(key))
    }

    /// An object that may be missing or null.
    public func optionalObject(_ key: String) throws(WireError) -> WireReader? {
        try optional(key, "an object") { value in
            guard case .object(let inner) = value else { return nil }
            return WireReader(command: command, object: inner, path: path + key + ".")
        }
    }

    /// A required array of objects.
    public func objects(_ key: String) throws(WireError) -> [WireReader] {
        let readers = try optional(key, "an array of objects") { value in
            elements(of: value) { element, index -> WireReader? in
                guard case .object(let inner) = element else { return nil }
                return WireReader(
                    command: command,
                    object: inner,
                    path: "\(path)\(key)[\(index)]."
                )
            }
        }
        return try required(key, "an array of objects", readers)
    }

    /// A required array of strings.
    public func strings(_ key: String) throws(WireError) -> [String] {
        try required(key, "an array of strings", optionalStrings(key))
    }

    /// An array of strings that may be missing or null.
    public func optionalStrings(_ key: String) throws(WireError) -> [String]? {
        try optional(key, "an array of strings") { value in
            elements(of: value) { element, _ in
                if case .string(let text) = element { text } else { nil }
            }
        }
    }

    /// A required array of integers.
    public func integers(_ key: String) throws(WireError) -> [Int64] {
        let integers = try optional(key, "an array of integers") { value in
            elements(of: value) { element, _ -> Int64? in
                guard case .number(let number) = element, let integer = number.integer,
                    integer.magnitude <= Self.integerMax
                else { return nil }
                return integer
            }
        }
        return try required(key, "an array of integers", integers)
    }

    private func elements<Element>(
        of value: JSONValue,
        _ take: (JSONValue, Int) -> Element?
    ) -> [Element]? {
        guard case .array(let values) = value else { return nil }
        var taken: [Element] = []
        taken.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let element = take(value, index) else { return nil }
            taken.append(element)
        }
        return taken
    }

    private func optional<Value>(
        _ key: String,
        _ expected: String,
        _ convert: (JSONValue) -> Value?,
        shown: (JSONValue) -> String = { $0.kind }
    ) throws(WireError) -> Value? {
        guard let value = object[key] else { return nil }
        switch value {
        case .null: return nil
        case .raw(let raw) where raw.isNull: return nil
        case .bool, .number, .string, .array, .object, .raw: break
        }
        if let converted = convert(value) { return converted }
        throw WireError(
            "\(command) must have \"\(path)\(key)\": \(expected), not \(shown(value))"
        )
    }

    /// What a value is that should be an integer: of a number it is not the kind that is wrong.
    private static func words(_ value: JSONValue) -> String {
        switch value {
        case .number(let number) where number.text.utf8.count <= numberShownMax: number.text
        case .number(let number): "a number of \(number.text.utf8.count) characters"
        case .null, .bool, .string, .array, .object, .raw: value.kind
        }
    }

    private static let numberShownMax = 40

    private func required<Value>(
        _ key: String,
        _ expected: String,
        _ value: Value?
    ) throws(WireError) -> Value {
        if let value { return value }
        let what = object[key] == nil ? "missing" : "null"
        throw WireError("\(command) must have \"\(path)\(key)\": \(expected); it is \(what)")
    }

    private static func words(_ range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): "an integer from \(-integerMax) to \(integerMax)"
        case (let low, .max): "an integer from \(low) to \(integerMax)"
        case (let low, let high): "an integer from \(low) to \(high)"
        }
    }
}
