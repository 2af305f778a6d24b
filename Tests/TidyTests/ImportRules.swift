/// Which modules a target may import: the table of ARCHITECTURE.md.
enum ImportRules {
    /// Modules of swift-collections.
    private static let collections: Set<String> = [
        "Collections", "DequeModule", "HeapModule", "OrderedCollections", "BitCollections",
        "HashTreeCollections",
    ]
    private static let nio: Set<String> = ["NIOCore", "NIOPosix"]
    /// What the system offers, for shells.
    private static let system: Set<String> = ["Glibc", "Dispatch", "Synchronization"]

    /// What a file of the folder `Core` may import, whatever its target.
    private static let core: Set<String> = collections.union(["Planning", "Evidence"])

    /// The modules that each target may import.
    static let table: [String: Set<String>] = [
        "CLinux": [],
        "CSystemd": [],
        "Evidence": collections,
        "Messaging": collections.union(["Evidence"]),
        "Checkers": collections.union(["Evidence"]),
        "Simulator": collections.union(["Messaging", "Evidence", "Checkers"]),
        "Transport": system.union(nio).union(["Messaging", "Evidence"]),
        "Store": system.union(["Messaging", "Transport", "GRDB", "Foundation"]),
        "Secrets": system.union(["CCrypt", "Messaging", "Transport"]),
        "Planning": system.union(["Yams"]),
        "Journal": system.union(["CLinux", "Evidence"]),
        "JournalReading": system.union(["CSystemd", "Evidence", "Foundation"]),
        "Supervision": system.union(["CLinux", "Planning", "Journal", "Evidence", "Foundation"]),
        "Chaos": system.union(nio).union([
            "Planning", "Supervision", "Journal", "JournalReading", "Evidence", "Foundation",
        ]),
        "Report": ["Checkers", "Evidence", "Foundation"],
        "Arguments": ["Transport", "Messaging", "ArgumentParser"],
        "Node": system.union([
            "Messaging", "Transport", "Store", "Secrets", "Journal", "Evidence", "Arguments",
            "ArgumentParser",
        ]),
        "Client": system.union([
            "Messaging", "Transport", "Journal", "Evidence", "Arguments", "ArgumentParser",
        ]),
        "Fuzz": system.union([
            "Messaging", "Transport", "Journal", "JournalReading", "Evidence", "Checkers",
            "Arguments", "ArgumentParser", "Foundation",
        ]),
        "Orchestrator": system.union([
            "Planning", "Supervision", "Chaos", "Journal", "JournalReading", "Evidence", "Checkers",
            "Report", "Messaging", "Simulator", "Arguments", "ArgumentParser", "Foundation",
        ]),
    ]

    /// What is wrong with the imports of a file.
    static func findings(_ file: SourceTree.File) -> [String] {
        guard let target = file.target else { return [] }
        guard let allowed = table[target] else {
            return ["\(file.path): the target \(target) is not in the table of imports"]
        }
        return file.lines.enumerated().compactMap { index, line in
            guard let module = module(of: line) else { return nil }
            let place = "\(file.path):\(index + 1)"
            if file.isCore, !core.contains(module) {
                return "\(place): a pure core may not import \(module)"
            }
            return allowed.contains(module) ? nil : "\(place): \(target) may not import \(module)"
        }
    }

    /// The module that a line imports, or nil.
    static func module(of line: Substring) -> String? {
        var words = line.split(separator: " ").map(String.init)
        let before: Set<String> = [
            "public", "package", "internal", "private", "fileprivate", "@testable",
            "@preconcurrency", "@_implementationOnly", "@_exported",
        ]
        while let first = words.first, before.contains(first) { words.removeFirst() }
        guard words.count >= 2, words.removeFirst() == "import" else { return nil }
        let kinds: Set<String> = [
            "struct", "class", "enum", "protocol", "func", "var", "typealias",
        ]
        if words.count >= 2, kinds.contains(words[0]) { words.removeFirst() }
        return words[0].split(separator: ".").first.map(String.init)
    }
}
