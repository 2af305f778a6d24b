import Planning

/// Loads a plan's text; gives its errors as lines in place of the plan where it is wrong.
enum PlanText {
    /// The two keys without which nothing is a plan, in two lines.
    static let head = "plan: test\ncluster: {servers: 3, clients: 4}\n"

    /// The errors of a text, each as one line; none for a right plan.
    static func errors(_ text: String) -> [String] {
        do {
            _ = try PlanLoader.load(text: text, file: "p.yaml")
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    /// The errors of a story under the head; its first line is line 3.
    static func storyErrors(_ story: String) -> [String] { errors(head + story) }
}
