/// A JSON object with its members in the order in which they came.
///
/// A key that comes twice keeps its first place and its last value. Looking up is linear: the objects
/// of the protocol have few members.
public struct JSONObject: Sendable, Hashable {
    /// One member of an object.
    public struct Member: Sendable, Hashable {
        /// Its key.
        public let key: String
        /// Its value.
        public var value: JSONValue
    }

    /// The members, in order; no key twice.
    public private(set) var members: [Member] = []

    /// Makes an empty object.
    public init() {}

    /// Makes an empty object with room for so many members.
    init(capacity: Int) {
        members.reserveCapacity(capacity)
    }

    /// The value of a key, or nil where there is none; setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get {
            for member in members where member.key == key {
                return member.value
            }
            return nil
        }
        set {
            let place = members.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (.some(let place), .some(let value)): members[place].value = value
            case (.some(let place), .none): members.remove(at: place)
            case (.none, .some(let value)): members.append(Member(key: key, value: value))
            case (.none, .none): break
            }
        }
    }

    /// Adds a member without looking whether its key is there already; `settle` must follow, so that
    /// an object with very many keys costs n and not n².
    mutating func append(key: String, value: JSONValue) {
        members.append(Member(key: key, value: value))
    }

    /// Removes repeated keys: each keeps its first place and its last value.
    mutating func settle() {
        guard members.count > 1 else { return }
        if members.count <= 8 {
            var repeated = false
            for index in 1..<members.count where !repeated {
                repeated = members[..<index].contains { $0.key == members[index].key }
            }
            guard repeated else { return }
        }
        var places: [String: Int] = [:]
        var kept: [Member] = []
        kept.reserveCapacity(members.count)
        for member in members {
            if let place = places[member.key] {
                kept[place].value = member.value
            } else {
                places[member.key] = kept.count
                kept.append(member)
            }
        }
        members = kept
    }
}
