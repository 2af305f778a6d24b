/// Reads an ACTIVITY_MESSAGE of the usual form quickly: most of what a busy server is told is one.
///
/// It has the members that it must have, each once, and no others.
enum ActivityLine {
    /// The message in a line; nil where it is none of the usual form.
    static func request(in line: [UInt8], limits: JSONLimits = .client) -> ClientRequest? {
        PlainLine.read(line, limits: limits) { plain in
            guard plain.count == 4 || plain.count == 6, plain.isCommand("ACTIVITY_MESSAGE"),
                let user = plain.text("username"), user != ClientRequest.anonymous,
                let secret = plain.text("secret"), let activity = plain.activity(),
                user.utf8.count <= ClientRequest.textBytesMax,
                secret.utf8.count <= ClientRequest.textBytesMax
            else { return nil }
            var place: StreamPlace?
            if plain.count == 6 {
                guard let stream = plain.text("stream"), !stream.isEmpty,
                    stream.utf8.count <= ClientRequest.textBytesMax,
                    !stream.utf8.contains(UInt8(ascii: "/")), let number = plain.integer("number")
                else { return nil }
                place = StreamPlace(stream: stream, number: number)
            }
            return .activityMessage(user: user, secret: secret, activity: activity, place: place)
        }
    }
}
