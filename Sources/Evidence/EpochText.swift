/// How records name an epoch: its number or, where sides go on alone, number/master.
public enum EpochText {
    /// The number of an epoch as written; 0 where there is none.
    public static func number(of text: String?) -> Int64 {
        guard let text else { return 0 }
        return Int64(text.prefix { $0 != "/" }) ?? 0
    }

    /// An epoch as it is written: with its master's name where sides go on alone.
    public static func text(number: Int64, master: String?) -> String {
        master.map { "\(number)/\($0)" } ?? String(number)
    }
}
