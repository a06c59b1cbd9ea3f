package import HTTPTypes

/// Why a message was not understood. After one of these nothing that follows on the connection can be trusted.
package enum MessageError: Error, Hashable, CustomStringConvertible {
    case malformedRequestLine
    case malformedStatusLine
    case malformedTarget
    case startLineTooLong(limit: Int)
    case unsupportedVersion
    case methodNotSupported(String)

    case malformedFieldName
    case spaceBeforeColon
    case foldedField
    case controlByte
    case bareCarriageReturn
    case bareLineFeed
    case headerSectionTooLarge(limit: Int)
    case tooManyFields(limit: Int)

    case missingHost
    case repeatedHost
    case malformedHost
    case unknownExpectation

    case malformedContentLength
    case differingContentLengths
    case contentLengthAndTransferEncoding
    case transferEncodingInOldVersion
    case unknownTransferCoding
    case malformedChunk
    case bodyTooLarge(limit: Int)
    case truncated

    /// What a server answers.
    package var status: HTTPResponse.Status {
        switch self {
        case .startLineTooLong: .uriTooLong
        case .headerSectionTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unknownExpectation: .expectationFailed
        case .unknownTransferCoding, .methodNotSupported: .notImplemented
        case .unsupportedVersion: .httpVersionNotSupported
        default: .badRequest
        }
    }

    package var description: String {
        switch self {
        case .malformedRequestLine: "The request line is not 'method target HTTP/1.1'."
        case .malformedStatusLine: "The status line is not 'HTTP/1.1 status reason'."
        case .malformedTarget: "The request target is neither a path, nor an http URL, nor '*' with OPTIONS."
        case .startLineTooLong(let limit): "The first line is longer than \(limit) bytes."
        case .unsupportedVersion: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .methodNotSupported(let method): "The method \(method) is not supported."
        case .malformedFieldName: "A header field's name is empty or has a byte that no name may have."
        case .spaceBeforeColon: "There is a space between a header field's name and its colon."
        case .foldedField: "A header field goes on in a second line, which is obsolete."
        case .controlByte: "There is a control byte in the head."
        case .bareCarriageReturn: "There is a carriage return that is not followed by a line feed."
        case .bareLineFeed: "There is a line feed that no carriage return stands before."
        case .headerSectionTooLarge(let limit): "The header section is larger than \(limit) bytes."
        case .tooManyFields(let limit): "There are more than \(limit) header fields."
        case .missingHost: "A request in HTTP/1.1 has a Host field."
        case .repeatedHost: "There is more than one Host field."
        case .malformedHost: "The Host field is not a host with an optional port."
        case .unknownExpectation: "Only the expectation '100-continue' can be met."
        case .malformedContentLength: "The Content-Length is not a decimal number."
        case .differingContentLengths: "There are several Content-Length fields, and they differ."
        case .contentLengthAndTransferEncoding: "There are both Content-Length and Transfer-Encoding."
        case .transferEncodingInOldVersion: "HTTP/1.0 has no Transfer-Encoding."
        case .unknownTransferCoding: "The only transfer coding understood is 'chunked', once."
        case .malformedChunk: "The chunked body is malformed."
        case .bodyTooLarge(let limit): "The body is larger than \(limit) bytes."
        case .truncated: "The connection ended in the middle of the message."
        }
    }
}
