import Evidence

/// The journal's message catalog for records, made from the registry: what `journalctl -x` says of one.
///
/// One entry for each kind of event, found by the record's `MESSAGE_ID`. `@NAME@` stands for a field of
/// the entry that is explained. docs/ordeal.catalog is this text.
/// Source: "Journal Message Catalogs", systemd.io/CATALOG.
public enum RecordCatalog {
    /// The longest line of the explanation, in characters.
    private static let width = 78

    /// The catalog file.
    public static var text: String {
        let head = """
            # What `journalctl -x` says of a record of Ordeal. Made from the registry; docs/records.md says
            # how to install it.

            """
        return head + EventKind.allCases.map { entry(EventSchema($0)) }.joined()
    }

    private static func entry(_ schema: EventSchema) -> String {
        var lines = [
            "", "-- \(schema.messageID)", "Subject: \(subject(schema))", "Defined-By: Ordeal", "",
        ]
        lines += wrapped("\(schema.kind.rawValue): \(schema.meaning)", indent: "")
        lines += ["", "By @ORDEAL_NODE@ (incarnation @ORDEAL_INCARNATION@) at @ORDEAL_TIME@ ns:"]
        for field in [.sequence] + schema.required {
            lines += wrapped(
                "\(field.rawValue) = @\(field.rawValue)@: \(FieldSchema(field).meaning)",
                indent: "  "
            )
        }
        for field in schema.optional {
            lines += wrapped(
                "\(field.rawValue), where it has one: \(FieldSchema(field).meaning)",
                indent: "  "
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The record's own sentence, with the fields that are always there in place of their texts.
    private static func subject(_ schema: EventSchema) -> String {
        var fields: FieldValues = [:]
        for field in schema.required {
            fields[field] = "@\(field.rawValue)@"
        }
        if schema.kind == .redirectDecided {
            return "Decided about a @ORDEAL_NEWCOMER@: @ORDEAL_OUTCOME@"
        }
        return RecordSentence.text(schema.kind, fields)
    }

    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            let isFirst = line == indent || line == indent + indent
            if !isFirst, line.count + 1 + word.count > width {
                lines.append(line)
                line = indent + indent + word
            } else {
                line += isFirst ? String(word) : " \(word)"
            }
        }
        return lines + [line]
    }
}
