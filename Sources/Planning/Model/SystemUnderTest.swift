/// What a run tests.
public enum SystemUnderTest: Sendable, Equatable {
    /// The built-in messaging system.
    case superPeer
    /// Somebody's own: the words with which each server and each client is started, the program first.
    case programs(server: [String], client: [String])

    /// The same, with each word that begins with `./` or `../` led from a folder.
    func located(in folder: String) -> SystemUnderTest {
        switch self {
        case .superPeer: return .superPeer
        case .programs(let server, let client):
            return .programs(
                server: Self.located(server, in: folder),
                client: Self.located(client, in: folder)
            )
        }
    }

    /// The words of a program, those that begin with `./` or `../` led from a folder.
    static func located(_ words: [String], in folder: String) -> [String] {
        words.map { word in
            word.hasPrefix("./") || word.hasPrefix("../") ? "\(folder)/\(word)" : word
        }
    }

    /// What the plan's text says of it.
    var yaml: String {
        switch self {
        case .superPeer: return "superpeer"
        case .programs(let server, let client):
            let list = { (words: [String]) in
                "[\(words.map(Plan.quoted).joined(separator: ", "))]"
            }
            return "{server: \(list(server)), client: \(list(client))}"
        }
    }
}
