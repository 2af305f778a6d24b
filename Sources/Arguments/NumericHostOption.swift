import Transport

/// A numeric address of this machine on the command line, IPv4 or IPv6, without a port.
public struct NumericHostOption: TextOption {
    /// The address as it was written.
    public let host: String

    /// What it must be.
    public static let wanted = "a numeric address of IPv4 or IPv6 without a port"

    /// Reads an address; nil where the text is none.
    public init?(argument: String) {
        guard NumericHost.isOne(argument) else { return nil }
        host = argument
    }
}
