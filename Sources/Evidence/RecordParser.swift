/// Reads the journal fields of one entry as a record, by the registry.
///
/// Fields that do not begin with `ORDEAL_` are the journal's own and are passed over. Everything else
/// must be in the registry: an entry that has `ORDEAL_RUN` and breaks it is malformed, never dropped.
public enum RecordParser {
    /// What an entry is.
    public enum Result: Sendable, Hashable {
        /// It does not carry `ORDEAL_RUN`: somebody else's message.
        case notARecord
        /// A record that keeps the registry.
        case record(Record)
        /// It says that it is a record, and breaks the registry.
        case malformed(Damage)
    }

    /// Reads one entry.
    ///
    /// - Parameters:
    ///   - fields: Names and texts of the entry, in any order, with the journal's own among them.
    ///   - journalSequence: The entry's sequence number in the journal.
    ///   - place: Where the entry is (its cursor), for the reason of a malformed one.
    public static func parse(
        fields: some Sequence<(name: String, value: String)>,
        journalSequence: UInt64,
        place: String
    ) -> Result {
        var entry = Entry()
        for (name, value) in fields where name.hasPrefix("ORDEAL_") {
            entry.take(name, value)
        }
        guard entry.isRecord else { return .notARecord }
        do throws(Broken) {
            return .record(try entry.record(journalSequence))
        } catch {
            return .malformed(.malformedRecord(place: place, why: error.why))
        }
    }

    private static let fieldsByName = Dictionary(
        uniqueKeysWithValues: Field.allCases.map { ($0.rawValue, $0) }
    )
    private static let rows = Dictionary(
        uniqueKeysWithValues: EventKind.allCases.map {
            ($0.rawValue, Row(schema: EventSchema($0)))
        }
    )
    private static let types = Dictionary(
        uniqueKeysWithValues: Field.allCases.map { ($0, FieldSchema($0).type) }
    )

    private struct Row {
        let schema: EventSchema
        let allowed: Set<Field>

        init(schema: EventSchema) {
            self.schema = schema
            allowed = Set(schema.required + schema.optional)
        }
    }

    private struct Broken: Error {
        let why: String
    }

    private struct Entry {
        var run: String?
        var node: String?
        var incarnation: String?
        var sequence: String?
        var time: String?
        var event: String?
        var fields = FieldValues()
        var problem: String?

        /// Whether the entry carries `ORDEAL_RUN`.
        var isRecord: Bool { run != nil }

        mutating func take(_ name: String, _ value: String) {
            guard let field = RecordParser.fieldsByName[name] else {
                problem = problem ?? "\(name) is not a field of the registry"
                return
            }
            switch field {
            case .run: set(\.run, field, value)
            case .node: set(\.node, field, value)
            case .incarnation: set(\.incarnation, field, value)
            case .sequence: set(\.sequence, field, value)
            case .time: set(\.time, field, value)
            case .event: set(\.event, field, value)
            case .user, .operation, .session, .stream, .message, .digest, .secret, .server, .since,
                .reason, .count, .resumes, .role, .epoch, .peer, .newcomer, .load, .loadMin,
                .loadMax, .eligible, .outcome, .target, .targetIncarnation, .pid, .cause, .status,
                .accepted, .fault, .faultKind, .link, .phase, .plan, .seed, .version, .channel,
                .line, .blocked, .deliveries:
                if fields[field] != nil {
                    problem = problem ?? "\(name) is given twice"
                }
                fields[field] = value
            }
        }

        func record(_ journalSequence: UInt64) throws(Broken) -> Record {
            if let problem { throw Broken(why: problem) }
            let run = try text(run, .run)
            let event = try text(event, .event)
            guard let row = RecordParser.rows[event] else {
                throw Broken(why: "ORDEAL_EVENT=\(event) is not an event of the registry")
            }
            for field in row.schema.required where fields[field] == nil {
                throw Broken(why: "a record of \(event) needs \(field.rawValue)")
            }
            for (field, value) in fields.pairs {
                guard row.allowed.contains(field) else {
                    throw Broken(why: "a record of \(event) may not carry \(field.rawValue)")
                }
                // The lines of a batch are read below.
                guard let type = RecordParser.types[field],
                    type == .deliveries || type.accepts(value)
                else {
                    throw Broken(why: wrongType(field, value))
                }
            }
            if row.schema.kind == .deliverBatch, DeliveryBatch(fields) == nil {
                throw Broken(
                    why: wrongType(.deliveries, "…") + "; at most 256, as many as ORDEAL_COUNT says"
                )
            }
            return Record(
                run: run,
                node: try text(node, .node),
                incarnation: Int(try number(incarnation, .incarnation)),
                sequence: try number(sequence, .sequence),
                time: Instant(nanoseconds: try number(time, .time)),
                event: row.schema.kind,
                fields: fields,
                journalSequence: journalSequence
            )
        }

        private mutating func set(
            _ place: WritableKeyPath<Entry, String?>,
            _ field: Field,
            _ value: String
        ) {
            if self[keyPath: place] != nil {
                problem = problem ?? "\(field.rawValue) is given twice"
            }
            self[keyPath: place] = value
        }

        private func text(_ value: String?, _ field: Field) throws(Broken) -> String {
            guard let value, !value.isEmpty else {
                throw Broken(why: "\(field.rawValue) is missing or empty")
            }
            return value
        }

        private func number(_ value: String?, _ field: Field) throws(Broken) -> Int64 {
            let value = try text(value, field)
            guard RecordParser.types[field]?.accepts(value) == true, let number = Int64(value)
            else {
                throw Broken(why: wrongType(field, value))
            }
            return number
        }

        private func wrongType(_ field: Field, _ value: String) -> String {
            "\(field.rawValue)=\(value.prefix(80)) is not: \(FieldSchema(field).type.description)"
        }
    }
}
