/// A JSON value (RFC 8259) as it was read from a line.
///
/// Numbers keep their spelling and objects their order of keys, so that a value written again says
/// what it said. `parse` reads one; `JSONWriter` writes one.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as it was spelled.
    case number(JSONNumber)
    /// A string, its escapes resolved; half a surrogate pair is U+FFFD.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
    /// A value that was checked, but kept as it came: one whose key was named in `raw`.
    case raw(RawJSON)

    /// Reads exactly one value; white space around it is allowed.
    ///
    /// Bytes that are no UTF-8 become U+FFFD, as the stock servers do. The value of every member whose
    /// key is in `raw`, at any depth, is checked and kept as `.raw`.
    ///
    /// - Throws: a `JSONError` that says what was expected at which byte.
    public static func parse(
        _ bytes: [UInt8],
        limits: JSONLimits = .client,
        raw: [String] = []
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw JSONError(expected: "at most \(limits.bytes) bytes", place: limits.bytes)
        }
        let repaired = UTF8Repair.repaired(bytes)
        let result: Result<JSONValue, JSONError> = repaired.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer, depthMax: limits.depth, rawKeys: raw)
            do throws(JSONError) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// What kind of value it is, in words for an error: `a string`, `null` …
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        case .raw(let raw): raw.kind
        }
    }
}
