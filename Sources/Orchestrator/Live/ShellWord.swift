/// Words of a shell's command line.
enum ShellWord {
    /// The word as a POSIX shell takes it: in single quotes unless it needs none.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                    || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || "_-./:=,+@%".utf8.contains(byte)
            }
        return isPlain
            ? word
            : "'"
                + word.split(
                    separator: "'",
                    omittingEmptySubsequences: false
                ).joined(separator: "'\\''") + "'"
    }
}
