import Evidence
import Foundation
import Testing

/// docs/records.md is made from the registry; `UPDATE_GOLDEN=1 swift test …` writes it again.
@Suite struct RecordPageTests {
    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/records.md")

    @Test("the page of records says what the registry says")
    func page() throws {
        let expected = Self.page
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(expected.utf8).write(to: Self.file)
        }
        let written = try String(contentsOf: Self.file, encoding: .utf8)
        let same = written == expected
        #expect(same, "docs/records.md is not what the registry says: run with UPDATE_GOLDEN=1")
    }

    private static let common: [Field] = [.run, .node, .incarnation, .sequence, .time, .event]

    private static var page: String {
        let fields = Field.allCases.map { field in
            let type =
                field == .event ? "an event's name, see below" : FieldSchema(field).type.description
            return "| `\(field.rawValue)` | \(type) | \(FieldSchema(field).meaning) |"
        }
        let events = EventKind.allCases.map { kind in
            let schema = EventSchema(kind)
            let required = schema.required.filter { !common.contains($0) }.map(name)
            let optional = schema.optional.map { "\(name($0))?" }
            let all = (required + optional).joined(separator: ", ")
            return "| `\(kind.rawValue)` | \(all) | \(schema.meaning) | `\(schema.messageID)` |"
        }
        return """
            # Records

            A run's evidence is records in journal files. Any program in any language that writes them can be a node or a client under
            test. This page is made from the registry in `Sources/Evidence`; do not write it by hand.

            A record is one datagram to the socket in `ORDEAL_JOURNAL`, in journald's native protocol
            (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL>), written before what it tells of is sent or acted upon. Besides the fields below it
            carries `MESSAGE` (a sentence), `MESSAGE_ID` (below), `PRIORITY` 6 and `SYSLOG_IDENTIFIER` (the program).
            `ORDEAL_RUN`, `ORDEAL_NODE` and `ORDEAL_INCARNATION` come from the environment. After each datagram that was accepted the
            writer stores the next `ORDEAL_SEQ` (a batch counts each of its deliveries) in the *ack page*, the file in `ORDEAL_ACK_PAGE`: 4096 bytes, the first 8 of which hold the number in
            the machine's byte order. It outlives the writer, so a record that is missing is told from one that was never written.

            ## For other programs
            | file | what |
            |---|---|
            | [records.schema.json](records.schema.json) | the JSON Schema of a record as a line of JSON, as `journalctl -o json` writes it |
            | [ordeal.catalog](ordeal.catalog) | the journal's message catalog: `journalctl -x` explains each record |
            | [Writers/ordeal_records.py](../Writers/ordeal_records.py) | a writer for Python 3, one file, the standard library alone |
            | [Writers/ordeal-records.sh](../Writers/ordeal-records.sh) | a writer for a shell, in the style of `logger --journald` (which itself knows only the system's journal); it counts one place a record, so it cannot write `deliver-batch`: write each `deliver` |

            To install the catalog: `cp docs/ordeal.catalog /usr/lib/systemd/catalog/` and `journalctl --update-catalog`, as root; then
            `journalctl -x --directory runs/latest/journal`. A client in Python begins so; in a shell it is the same with `ordeal_started`,
            `ordeal_ready`, `ordeal_record send USER=ann …` and `ordeal_closed`:

            ```python
            import ordeal_records
            records = ordeal_records.Records("my-client")  # `started`
            ordeal_records.ready()                         # READY=1 to the supervisor
            records.write("send", user="ann", message="ann/s1/1", digest=ordeal_records.digest(body))
            # only now the message is sent
            ```

            ## Fields
            The first six are on every record.

            | field | type | meaning |
            |---|---|---|
            \(fields.joined(separator: "\n"))

            ## Events
            Operations are invoked, then end as *ok* (it happened), *fail* (it certainly did not) or *info* (it may have). Fields are named
            without their `ORDEAL_`; those with a question mark may be missing.

            | event | fields | meaning | MESSAGE_ID |
            |---|---|---|---|
            \(events.joined(separator: "\n"))

            """
    }

    private static func name(_ field: Field) -> String {
        String(field.rawValue.dropFirst("ORDEAL_".count))
    }
}
