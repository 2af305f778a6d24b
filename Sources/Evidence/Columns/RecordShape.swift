/// What records of one form have in common: their kind, and which fields they carry in which order.
package struct RecordShape: Sendable, Hashable {
    /// The kind of event.
    package let event: EventKind
    /// The event fields in their order.
    package let fields: [Field]

    /// Makes a shape.
    package init(event: EventKind, fields: [Field]) {
        self.event = event
        self.fields = fields
    }

    /// Whether the registry allows records of this shape: what is required is there, nothing else, and
    /// nothing twice.
    package var isAllowed: Bool {
        let schema = EventSchema(event)
        let given = Set(fields)
        return given.count == fields.count && given.isSuperset(of: schema.required)
            && given.isSubset(of: schema.required + schema.optional)
    }
}

extension Field {
    /// Its place among all fields, from 0.
    package var ordinal: Int {
        // Safe because: an enum of up to 256 cases without payloads is one byte, its case's place.
        Int(unsafeBitCast(self, to: UInt8.self))
    }
}
