/// The event fields of one record: a small ordered list of field and text.
///
/// Numbers are decimal, without sign unless negative. A record has at most some ten fields, so a
/// list is smaller and faster than a dictionary.
public struct FieldValues: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The fields in the order in which they were set.
    public private(set) var pairs: [(field: Field, value: String)] = []

    /// Makes an empty list.
    public init() {}

    /// Makes a list from a literal; a field given twice keeps its last value.
    public init(dictionaryLiteral elements: (Field, String)...) {
        pairs.reserveCapacity(elements.count)
        for (field, value) in elements {
            self[field] = value
        }
    }

    /// The text of a field, or nil where the record does not carry it.
    public subscript(field: Field) -> String? {
        get {
            for pair in pairs where pair.field == field {
                return pair.value
            }
            return nil
        }
        set {
            if let place = pairs.firstIndex(where: { $0.field == field }) {
                if let newValue {
                    pairs[place].value = newValue
                } else {
                    pairs.remove(at: place)
                }
            } else if let newValue {
                pairs.append((field, newValue))
            }
        }
    }

    /// The number in a field, or nil where it is missing or is no decimal number.
    public func integer(_ field: Field) -> Int64? {
        self[field].flatMap { Int64($0) }
    }

    /// Whether both carry the same fields with the same text in the same order.
    public static func == (left: FieldValues, right: FieldValues) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.field == $1.field && $0.value == $1.value }
    }

    /// Feeds fields and texts to the hasher.
    public func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.field)
            hasher.combine(pair.value)
        }
    }
}
