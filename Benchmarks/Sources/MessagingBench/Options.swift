/// What is asked for on the command line.
struct Options {
    /// The program `ordeal-node`.
    var node = ""
    /// The page to write; nil: none.
    var page: String?
    /// A file with what a run with evidence printed; nil: none.
    var evidence: String?
    /// How long each throughput is measured, in seconds.
    var seconds = 1.5
    /// The systems that are measured; empty: all.
    var only: [String] = []
    /// One server alone, and fewer shapes.
    var isQuick = false

    static let usage = """
        messaging-bench NODE [--page docs/benchmarks.md] [--evidence FILE] [--seconds 1.5] [--only NAME,NAME]
            [--quick]

        NODE is the program ordeal-node. Measures it beside mosquitto, ngircd and NATS, prints a line for
        each run, writes the page, and ends with 1 where a target is missed. FILE is what `ordeal run` printed of
        a run with evidence, for the page.
        """

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        func value(_ option: String) throws -> String {
            guard let value = rest.popFirst() else { throw BenchError("\(option) needs a value") }
            return value
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--page": page = try value(argument)
            case "--evidence": evidence = try value(argument)
            case "--quick": isQuick = true
            case "--only": only = try value(argument).split(separator: ",").map(String.init)
            case "--seconds":
                let text = try value(argument)
                guard let number = Double(text), number > 0, number <= 60 else {
                    throw BenchError("--seconds must be more than 0 and at most 60, not \(text)")
                }
                seconds = number
            case let program where !program.hasPrefix("-") && node.isEmpty: node = program
            default: throw BenchError("unknown argument \(argument)\n\(Self.usage)")
            }
        }
        guard !node.isEmpty else { throw BenchError(Self.usage) }
    }

    func wants(_ name: String) -> Bool {
        only.isEmpty || only.contains { $0.lowercased() == name.lowercased() }
    }
}
