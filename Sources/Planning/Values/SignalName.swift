/// The signals that a `kill` may send: those that end a process by default.
///
/// Numbers as on Linux for x86-64 and arm64 (signal(7)).
enum SignalName {
    /// Name without SIG and number, the usual ones first.
    static let all: [(name: String, number: Int32)] = [
        ("KILL", 9), ("TERM", 15), ("INT", 2), ("HUP", 1), ("QUIT", 3), ("ILL", 4), ("TRAP", 5),
        ("ABRT", 6), ("BUS", 7), ("FPE", 8), ("USR1", 10), ("SEGV", 11), ("USR2", 12),
        ("ALRM", 14), ("XCPU", 24), ("XFSZ", 25), ("SYS", 31),
    ]

    /// The number of a signal given by name, with or without SIG, or by number.
    static func number(of text: String) -> Int32? {
        let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
        if let known = all.first(where: { $0.name == name }) { return known.number }
        return all.first { String($0.number) == text }?.number
    }

    /// The name of a signal's number, or the number itself for one that is not in the table.
    static func name(of number: Int32) -> String {
        all.first { $0.number == number }?.name ?? String(number)
    }
}
