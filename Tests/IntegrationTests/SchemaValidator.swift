import Foundation

/// Holds a JSON value against a JSON Schema, as far as the schema of records goes.
///
/// Source: "JSON Schema: A Vocabulary for Structural Validation of JSON", draft 2020-12. A keyword that it
/// does not know is an error, not a pass.
final class SchemaValidator {
    /// A schema that it cannot hold anything against.
    struct UnknownKeyword: Error {
        var name: String
    }

    private let schema: [String: Any]
    private var expressions: [String: NSRegularExpression] = [:]

    /// Reads a schema from a file.
    init(_ file: URL) throws {
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        guard let schema = value as? [String: Any] else { throw UnknownKeyword(name: "no object") }
        self.schema = schema
    }

    /// What is wrong with a record's members; nil where nothing is.
    func problem(_ members: [String: Any]) throws -> String? {
        try problem(members, schema)
    }

    private func problem(_ value: Any, _ schema: [String: Any]) throws -> String? {
        for (keyword, rule) in schema.sorted(by: { $0.key < $1.key }) {
            if let found = try problem(value, keyword, rule) { return found }
        }
        return nil
    }

    private func problem(_ value: Any, _ keyword: String, _ rule: Any) throws -> String? {
        let text = value as? String
        let members = value as? [String: Any]
        switch (keyword, rule) {
        case ("$schema", _), ("title", _), ("description", _): return nil
        case ("type", "object" as String): return members == nil ? "\(value) is no object" : nil
        case ("type", "string" as String): return text == nil ? "\(value) is no text" : nil
        case ("const", let word as String): return text == word ? nil : "\(value) is not \(word)"
        case ("enum", let words as [String]):
            return words.contains(text ?? "") ? nil : "\(value) is none of \(words.count) words"
        case ("minLength", let length as Int):
            return (text?.unicodeScalars.count ?? length) >= length ? nil : "a text is too short"
        case ("pattern", let pattern as String):
            guard let text else { return nil }
            let expression =
                try expressions[pattern] ?? NSRegularExpression(pattern: pattern)
            expressions[pattern] = expression
            let range = NSRange(text.startIndex..., in: text)
            let isFound = expression.firstMatch(in: text, range: range) != nil
            return isFound ? nil : "\(text.prefix(80)) does not match \(pattern)"
        case ("required", let names as [String]):
            return names.first { members?[$0] == nil }.map { "\($0) is missing" }
        case ("properties", let rules as [String: [String: Any]]):
            for (name, member) in members ?? [:] {
                guard let rule = rules[name] else { continue }
                if let found = try problem(member, rule) { return "\(name): \(found)" }
            }
            return nil
        case ("propertyNames", let rule as [String: Any]):
            for name in (members ?? [:]).keys.sorted() {
                if let found = try problem(name, rule) { return "the member \(name): \(found)" }
            }
            return nil
        case ("anyOf", let rules as [[String: Any]]):
            let problems = try rules.map { try problem(value, $0) }
            return problems.contains(nil) ? nil : problems.compactMap(\.self).first
        case ("oneOf", let rules as [[String: Any]]):
            let problems = try rules.map { try problem(value, $0) }
            let passed = problems.count { $0 == nil }
            return passed == 1 ? nil : "\(passed) of \(rules.count) forms fit"
        case _: throw UnknownKeyword(name: keyword)
        }
    }
}
