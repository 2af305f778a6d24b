public import Messaging

/// An address on the command line: `host:port`.
public struct AddressOption: TextOption {
    /// The address.
    public let address: Address

    /// What it must be.
    public static let wanted = "host:port, the port 1 to 65535"

    /// Reads an address; nil where the text is none.
    public init?(argument: String) {
        guard let address = Address(argument) else { return nil }
        self.address = address
    }
}
