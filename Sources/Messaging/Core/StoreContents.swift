/// What is on a core's disk: values by their keys.
public struct StoreContents: Sendable, Hashable {
    /// The values by kind and name.
    public private(set) var values: [StoreKey.Kind: [String: [UInt8]]] = [:]

    /// Makes the contents of a new disk.
    public init() {}

    /// Whether there is nothing.
    public var isEmpty: Bool { values.values.allSatisfy(\.isEmpty) }

    /// One value; nil where there is none.
    public subscript(key: StoreKey) -> [UInt8]? { values[key.kind]?[key.name] }

    /// All values of a kind, by their names in ascending order.
    public func all(_ kind: StoreKey.Kind) -> [(name: String, value: [UInt8])] {
        (values[kind] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Does one operation.
    public mutating func apply(_ operation: StoreOperation) {
        switch operation {
        case .put(let key, let value): values[key.kind, default: [:]][key.name] = value
        case .remove(let key):
            values[key.kind]?[key.name] = nil
            if values[key.kind]?.isEmpty ?? false { values[key.kind] = nil }
        case .removeAll(let kind): values[kind] = nil
        }
    }
}
