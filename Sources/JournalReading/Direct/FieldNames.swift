import Evidence

/// The fields of the registry by the bytes of their names.
struct FieldNames: Sendable {
    static let prefix = Array("ORDEAL_".utf8)
    /// The kinds of event by name, each as its place among all.
    static let events = Dictionary(
        uniqueKeysWithValues: EventKind.allCases.enumerated().map {
            ($0.element.rawValue, $0.offset)
        }
    )
    static let kinds = EventKind.allCases
    static let fields = Field.allCases

    /// A field and what its text must be.
    struct Entry: Sendable {
        let field: Field
        let name: [UInt8]
        let type: FieldType
        let isNumber: Bool
        /// Whether it is a number that every record has.
        let isInstance: Bool
    }

    /// By the length of their names.
    private let entries: [[Entry]]

    init() {
        var entries = [[Entry]](repeating: [], count: 65)
        for field in Field.allCases {
            let name = Array(field.rawValue.utf8)
            let type = FieldSchema(field).type
            entries[name.count].append(
                Entry(
                    field: field,
                    name: name,
                    type: type,
                    isNumber: [.natural, .integer, .nanoseconds, .seed].contains(type),
                    isInstance: [.incarnation, .sequence, .time].contains(field)
                )
            )
        }
        self.entries = entries
    }

    /// The field of a name, or nil where the registry has none.
    func find(_ name: UnsafeRawBufferPointer) -> Entry? {
        guard name.count < entries.count else { return nil }
        for entry in entries[name.count] where name.elementsEqual(entry.name) { return entry }
        return nil
    }
}
