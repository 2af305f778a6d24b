/// What the benchmark was asked for.
struct Options {
    /// The folder of the programs that are measured.
    let programs: String
    /// How many records the histories have.
    var sizes = [100_000, 1_000_000, 10_000_000]
    /// Where the histories are written.
    var folder = "/tmp"
    /// Where the page goes; nil: nowhere.
    var page: String?

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)
        guard !rest.isEmpty else {
            throw BenchError("usage: CheckersBench PROGRAMS [--sizes A,B] [--folder F] [--page P]")
        }
        programs = rest.removeFirst()
        while let option = rest.first {
            guard rest.count > 1 else { throw BenchError("\(option) needs a value") }
            let value = rest[1]
            rest.removeFirst(2)
            if option == "--sizes" {
                sizes = try value.split(separator: ",").map {
                    guard let size = Int($0), size >= 2_000 else {
                        throw BenchError("a size must be a number from 2,000, not \($0)")
                    }
                    return size
                }
            } else if option == "--folder" {
                folder = value
            } else if option == "--page" {
                page = value
            } else {
                throw BenchError("unknown option \(option)")
            }
        }
    }
}

/// Why a measurement cannot be made or trusted: what, where, and the remedy.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
