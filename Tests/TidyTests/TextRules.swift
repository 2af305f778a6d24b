import Foundation

/// What holds for files of any kind: length, headers, links.
enum TextRules {
    /// The longest file of code, in lines.
    static let linesMax = 400

    /// Too long a file.
    static func length(_ file: SourceTree.File) -> [String] {
        let count = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        return count <= linesMax
            ? [] : ["\(file.path): \(count) lines; split it, \(linesMax) are the most"]
    }

    /// A plan that does not say what it proves.
    static func header(_ plan: SourceTree.File) -> [String] {
        let comment = plan.lines.prefix { $0.hasPrefix("#") }
            .filter { !$0.hasPrefix("# yaml-language-server") }
            .joined()
        return comment.contains("Proves")
            ? [] : ["\(plan.path): begin with a comment `# Proves …`: what the plan is for"]
    }

    /// Links of a page to files that are not there.
    static func links(_ page: SourceTree.File, exists: (String) -> Bool) -> [String] {
        let folder = page.path.split(separator: "/").dropLast()
        var isInBlock = false
        return page.lines.enumerated().flatMap { index, line -> [String] in
            if line.hasPrefix("```") { isInBlock.toggle() }
            if isInBlock { return [] }
            return line.matches(of: /\]\(([^)\s]+)\)/).compactMap { match in
                let link = String(match.1)
                if link.contains("://") || link.hasPrefix("#") || link.hasPrefix("mailto:") {
                    return nil
                }
                var parts = folder
                for part in link.prefix(while: { $0 != "#" }).split(separator: "/") {
                    if part == ".." {
                        parts = parts.dropLast()
                    } else if part != "." {
                        parts.append(part)
                    }
                }
                let path = parts.joined(separator: "/")
                return exists(path) ? nil : "\(page.path):\(index + 1): nothing is at `\(link)`"
            }
        }
    }
}
