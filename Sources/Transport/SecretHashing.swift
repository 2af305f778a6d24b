public import Messaging

/// What hashes secrets for a shell: slowly, on a thread of its own.
public protocol SecretHashing: Sendable {
    /// Hashes a secret; gives a text that holds salt and cost too, or nil where that cannot be done,
    /// for example because the earlier hash is none of its own.
    func hash(_ request: HashRequest) -> String?
}
