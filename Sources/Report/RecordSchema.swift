import Evidence

/// The JSON Schema of a record as a line of JSON, made from the registry.
///
/// A line is what `Record.jsonLine` and `journalctl -o json` write: one object, a member for each
/// journald field, every value a string. Members that do not begin with `ORDEAL_` are the journal's own and
/// may be anything. docs/records.schema.json is this text.
public enum RecordSchema {
    /// The fields that every record carries, in their order.
    static let common: [Field] = [.run, .node, .incarnation, .sequence, .time, .event]

    /// The schema, by the draft of 2020-12.
    public static var text: String {
        let fields = Field.allCases.map { ($0.rawValue, property(of: $0)) }
        let kinds = EventKind.allCases.map { branch(EventSchema($0)) }
        return JSONText.object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
            ("title", .text("A record of a run of Ordeal")),
            (
                "description",
                .text(
                    "One line of JSON, as `journalctl -o json` writes an entry of the journal. "
                        + "Numbers from 0 are decimal texts below 2^60, the seed's below 2^64."
                )
            ),
            ("type", .text("object")),
            ("required", .texts(common.map(\.rawValue))),
            ("properties", .object(fields)),
            ("oneOf", .list(kinds)),
        ]).document
    }

    /// What the text of a field must look like.
    private static func property(of field: Field) -> JSONText {
        let schema = FieldSchema(field)
        var members: [(String, JSONText)] = [
            ("description", .text(schema.meaning)), ("type", .text("string")),
        ]
        if common.contains(field), schema.type == .text {
            members.append(("minLength", .number(1)))
        }
        switch schema.type {
        case .text: break
        case .natural, .nanoseconds: members.append(("pattern", .text("^[0-9]{1,19}$")))
        case .integer: members.append(("pattern", .text("^-?[0-9]{1,19}$")))
        case .seed: members.append(("pattern", .text("^[0-9]{1,20}$")))
        case .digest: members.append(("pattern", .text("^[0-9a-f]{16}$")))
        case .message:
            members.append(("pattern", .text(#"^[\s\S]*/[^/]+/[1-9][0-9]{0,18}$"#)))
        case .stream: members.append(("pattern", .text("^[^/]+$")))
        case .links:
            let link = "[^ ,]+ -> [^ ,]+"
            members.append(("pattern", .text("^\(link)(, ?\(link))*$")))
        case .deliveries:
            let line = #"[0-9]{1,19} [0-9a-f]{16} [^\n]*/[^/\n]+/[1-9][0-9]{0,18}"#
            members.append(("pattern", .text("^\(line)(\\n\(line)){0,255}$")))
        case .oneOf(let words): members.append(("enum", .texts(words)))
        }
        return .object(members)
    }

    /// One kind of event: the fields that it needs, and that it has no other of ours.
    private static func branch(_ schema: EventSchema) -> JSONText {
        let names = { (fields: [Field]) in JSONText.texts(fields.map(\.rawValue)) }
        let allowed = common + schema.required + schema.optional
        let kind = JSONText.object([("const", .text(schema.kind.rawValue))])
        return .object([
            ("title", .text(schema.kind.rawValue)),
            ("description", .text(schema.meaning)),
            ("properties", .object([(Field.event.rawValue, kind)])),
            ("required", names(schema.required)),
            (
                "propertyNames",
                .object([
                    (
                        "anyOf",
                        .list([
                            .object([("enum", names(allowed))]),
                            .object([("pattern", .text("^(?!ORDEAL_)"))]),
                        ])
                    )
                ])
            ),
        ])
    }
}
