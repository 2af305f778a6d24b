/// The object that a user says and everybody is told, kept as it was spelled.
///
/// Numbers, nulls, order of keys and escapes pass through unchanged; only `authenticated_user` is set
/// by the server. Two activities are equal where their bytes are.
public struct Activity: Sendable, Hashable {
    /// The key that only servers set.
    public static let authenticatedUserKey = "authenticated_user"

    /// The object as it was read.
    public let raw: RawJSON

    /// The bytes of the object.
    public var bytes: [UInt8] { raw.bytes }

    /// Makes an activity from a value that was read; nil where it is no object.
    public init?(_ raw: RawJSON) {
        guard raw.isObject else { return nil }
        self.raw = raw
    }

    /// Makes an activity from an object.
    public init(_ object: JSONObject) {
        var writer = JSONWriter()
        writer.value(.object(object))
        raw = RawJSON(checked: writer.bytes)
    }

    /// The object, parsed; nil where it is deeper than any message may be.
    public var object: JSONObject? {
        guard case .object(let object)? = try? JSONValue.parse(bytes, limits: .server) else {
            return nil
        }
        return object
    }

    /// The same activity with `authenticated_user` set to this user, whatever it said of that before
    /// (twice or spelled with escapes as well); it becomes the last member, all others stay as they are.
    public func authenticated(as user: String) -> Activity {
        let bytes = bytes
        var writer = JSONWriter(capacity: bytes.count + user.utf8.count + 28)
        if !Self.isPadded(bytes), !Self.mayName(Self.authenticatedUserKey, bytes) {
            // The closing brace makes room for one member more.
            writer.verbatim(bytes[..<(bytes.count - 1)])
            if Self.hasMembers(bytes) { writer.mark(",") }
            Self.close(&writer, user)
            return Activity(checked: writer.bytes)
        }
        let ranges = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer, depthMax: 512)
            return try? parser.memberRanges()
        }
        writer.mark("{")
        for (key, range) in ranges ?? [] where key != Self.authenticatedUserKey {
            writer.verbatim(bytes[range])
            writer.mark(",")
        }
        Self.close(&writer, user)
        return Activity(checked: writer.bytes)
    }

    private static func close(_ writer: inout JSONWriter, _ user: String) {
        writer.string(authenticatedUserKey)
        writer.mark(":")
        writer.string(user)
        writer.mark("}")
    }

    /// Whether an object may have a member of this name: false only where it certainly has none, since
    /// the name is nowhere in it and no escape can spell it.
    private static func mayName(_ key: String, _ bytes: [UInt8]) -> Bool {
        var key = key
        return key.withUTF8 { key in
            bytes.withUnsafeBufferPointer { bytes in
                for place in bytes.indices {
                    if bytes[place] == UInt8(ascii: "\\") { return true }
                    guard bytes[place] == key[0], bytes.count - place >= key.count else { continue }
                    if bytes[place..<(place + key.count)].elementsEqual(key) { return true }
                }
                return false
            }
        }
    }

    /// Whether there is white space right inside an object's braces.
    private static func isPadded(_ object: [UInt8]) -> Bool {
        object[1] <= 0x20 || object[object.count - 2] <= 0x20
    }

    /// Whether an object has any member.
    private static func hasMembers(_ object: [UInt8]) -> Bool {
        object.contains(UInt8(ascii: "\""))
    }

    /// What `authenticated_user` says, where it is a string.
    public var authenticatedUser: String? {
        guard case .string(let user)? = object?[Self.authenticatedUserKey] else { return nil }
        return user
    }

    private init(checked bytes: [UInt8]) {
        raw = RawJSON(checked: bytes)
    }
}
