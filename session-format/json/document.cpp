#include "session-format/json/document.h"

#include <algorithm>
#include <cassert>
#include <unordered_set>

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

namespace dubplate::session::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// What RapidJSON reads from: the text in memory, ending in '\0'.
struct Stream {
    using Ch = char;
    std::string_view text;
    std::size_t at = 0;

    char Peek() const { return at < text.size() ? text[at] : '\0'; }
    char Take() { return at < text.size() ? text[at++] : '\0'; }
    std::size_t Tell() const { return at; }
    // Only for parsing in place, which is not done here.
    char* PutBegin() { return nullptr; }
    void Put(char) {}
    void Flush() {}
    std::size_t PutEnd(char*) { return 0; }
};

/// Line and column of ascending byte offsets, in one pass over the text.
class LineCounter {
public:
    explicit LineCounter(std::string_view text) : text_(text) {}
    void advance(std::size_t offset) {
        for (; at_ < offset && at_ < text_.size(); ++at_) {
            const auto byte = static_cast<unsigned char>(text_[at_]);
            if (byte == '\n') {
                ++line_;
                column_ = 1;
            } else if ((byte & 0xc0) != 0x80) {  // not a continuation byte of UTF-8
                ++column_;
            }
        }
    }
    std::int32_t line() const { return line_; }
    std::int32_t column() const { return column_; }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::int32_t line_ = 1, column_ = 1;
};

/// `is_control`: the byte at fault is a control character.
std::string_view explanation(rapidjson::ParseErrorCode code, bool is_control) {
    switch (code) {
        case rapidjson::kParseErrorDocumentEmpty: return "the file is empty";
        case rapidjson::kParseErrorDocumentRootNotSingular: return "there is something after the end of the session";
        case rapidjson::kParseErrorValueInvalid:
            return "expected a value: a number, text in \"quotes\", true, false, [...] or {...} (JSON has no comments, "
                   "and "
                   "no comma after the last value)";
        case rapidjson::kParseErrorObjectMissName:
            return "expected a key in \"quotes\" (JSON has no comments, and no comma after the last value)";
        case rapidjson::kParseErrorObjectMissColon: return "expected ':' after the key";
        case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket: return "expected ',' or '}'";
        case rapidjson::kParseErrorArrayMissCommaOrSquareBracket: return "expected ',' or ']'";
        case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex: return "expected four hexadecimal digits after \\u";
        case rapidjson::kParseErrorStringUnicodeSurrogateInvalid: return "half a surrogate pair is no character";
        case rapidjson::kParseErrorStringEscapeInvalid:
            return is_control ? "a line break, tab or other control character in text is written \\n, \\t or \\u0001"
                              : "unknown escape in text: a backslash itself is written \\\\";
        case rapidjson::kParseErrorStringMissQuotationMark: return "the text has no closing quotation mark";
        case rapidjson::kParseErrorStringInvalidEncoding: return "the text holds bytes that are no UTF-8";
        case rapidjson::kParseErrorNumberTooBig: return "the number is too big";
        case rapidjson::kParseErrorNumberMissFraction: return "expected a digit after the decimal point";
        case rapidjson::kParseErrorNumberMissExponent: return "expected a digit in the exponent";
        default: return rapidjson::GetParseError_En(code);
    }
}

}  // namespace

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::null: return "null";
        case Kind::boolean: return "true or false";
        case Kind::number: return "a number";
        case Kind::string: return "text";
        case Kind::array: return "a list";
        case Kind::object: return "an object";
    }
    return "";
}

/// Takes RapidJSON's events. Every event ends where the stream stands; it began after the last one's end and the white
/// space, comma or colon that follow that.
class Document::Builder {
public:
    Builder(Document& document, const Stream& stream) : document_(document), stream_(stream), lines_(stream.text) {}

    bool Null() { return add(Kind::null); }
    bool Bool(bool truth) {
        if (!add(Kind::boolean)) return false;
        document_.nodes_.back().truth = truth;
        return true;
    }
    bool RawNumber(const char*, rapidjson::SizeType, bool) {
        if (!add(Kind::number)) return false;
        document_.nodes_.back().text = stream_.text.substr(token_, stream_.at - token_);
        return true;
    }
    bool String(const char* text, rapidjson::SizeType length, bool) {
        if (!add(Kind::string) || !is_whole({text, length})) return false;
        document_.nodes_.back().text = kept({text, length});
        return true;
    }
    bool Key(const char* text, rapidjson::SizeType length, bool) {
        find_token();
        if (!is_whole({text, length})) return false;
        key_ = kept({text, length});
        key_line_ = lines_.line();
        key_column_ = lines_.column();
        return true;
    }
    bool StartObject() { return open(Kind::object); }
    bool StartArray() { return open(Kind::array); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    // RapidJSON asks for these, but gives numbers as text.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

    std::string_view limit_reached() const { return limit_; }
    std::size_t token() const { return token_; }

private:
    void find_token() {
        token_ = last_end_;
        const std::string_view text = stream_.text;
        while (token_ < text.size() && std::string_view(" \t\r\n,:").find(text[token_]) != std::string_view::npos)
            ++token_;
        lines_.advance(token_);
        last_end_ = stream_.at;
    }

    /// RapidJSON takes the second half of a surrogate pair alone for a character.
    bool is_whole(std::string_view text) {
        for (std::size_t at = text.find('\xed'); at != std::string_view::npos; at = text.find('\xed', at + 1))
            if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xa0) {
                limit_ = "half a surrogate pair is no character";
                return false;
            }
        return true;
    }

    /// The text of a string: a view of the source where that has no escapes.
    std::string_view kept(std::string_view text) {
        const std::string_view source = stream_.text.substr(token_ + 1);
        if (source.starts_with(text) && source.substr(text.size()).starts_with('"'))
            return source.substr(0, text.size());
        return document_.unescaped_.emplace_back(text);
    }

    bool add(Kind kind) {
        find_token();
        auto& nodes = document_.nodes_;
        if (nodes.size() >= kMaxValues) {
            limit_ = "the file holds more than 16,000,000 values";
            return false;
        }
        Node node{.kind = kind, .line = lines_.line(), .column = lines_.column()};
        if (!open_.empty()) {
            Node& parent = nodes[open_.back()];
            node.parent = open_.back();
            node.index = parent.children++;
            if (parent.kind == Kind::object) {
                node.key = key_;
                node.key_line = key_line_;
                node.key_column = key_column_;
            }
        }
        node.end = static_cast<std::uint32_t>(nodes.size() + 1);
        nodes.push_back(node);
        return true;
    }

    bool open(Kind kind) {
        if (open_.size() >= static_cast<std::size_t>(kMaxDepth)) {
            find_token();
            limit_ = "nested more than 64 deep";
            return false;
        }
        if (!add(kind)) return false;
        open_.push_back(static_cast<std::uint32_t>(document_.nodes_.size() - 1));
        last_end_ = token_ + 1;  // RapidJSON tells of brackets before it takes them
        return true;
    }

    bool close() {
        find_token();
        last_end_ = token_ + 1;
        document_.nodes_[open_.back()].end = static_cast<std::uint32_t>(document_.nodes_.size());
        open_.pop_back();
        return true;
    }

    Document& document_;
    const Stream& stream_;
    LineCounter lines_;
    std::size_t token_ = 0;     // where the latest value or key begins
    std::size_t last_end_ = 0;  // one past the latest event
    std::string_view key_;
    std::int32_t key_line_ = 0, key_column_ = 0;
    std::vector<std::uint32_t> open_;
    std::string_view limit_;
};

Result<Document> Document::parse(std::string_view text, const std::string& file_name) {
    const auto fault = [&](std::string_view message, std::size_t offset) {
        LineCounter counter(text);
        counter.advance(std::min(offset, text.size()));
        return fail(ErrorCode::corrupt_input, std::string(message),
                    file_name.empty() ? fmt::format("line {}, column {}", counter.line(), counter.column())
                                      : fmt::format("{}:{}:{}", file_name, counter.line(), counter.column()));
    };
    if (text.size() > kMaxBytes) return fault("the file is larger than 512 MiB", 0);
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
        return fault("the file is UTF-16: save it as UTF-8", 0);
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());

    Document document;
    Stream stream{text};
    Builder builder(document, stream);
    rapidjson::Reader reader;
    constexpr unsigned kFlags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseValidateEncodingFlag;
    const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
    if (result.Code() == rapidjson::kParseErrorTermination) return fault(builder.limit_reached(), builder.token());
    if (result.IsError()) {
        const std::size_t offset = result.Offset();
        const bool is_control = offset < text.size() && static_cast<unsigned char>(text[offset]) < 0x20;
        return fault(explanation(result.Code(), is_control), offset);
    }
    if (stream.at != text.size()) return fault("there is a zero byte in the file", stream.at);
    return document;
}

std::vector<const Node*> Document::repeated_keys() const {
    constexpr std::uint32_t kFew = 24;  // below this, comparing each with each is faster than hashing
    std::vector<const Node*> repeated;
    std::vector<std::string_view> few;
    std::unordered_set<std::string_view> many;
    for (const Node& object : nodes_) {
        if (object.kind != Kind::object) continue;
        few.clear();
        many.clear();
        for (const Node& member : children(object)) {
            if (object.children <= kFew) {
                if (std::ranges::find(few, member.key) != few.end()) repeated.push_back(&member);
                few.push_back(member.key);
            } else if (!many.insert(member.key).second) {
                repeated.push_back(&member);
            }
        }
    }
    return repeated;
}

const Node* Document::member(const Node& object, std::string_view key) const {
    assert(object.kind == Kind::object);
    for (const Node& child : children(object))
        if (child.key == key) return &child;
    return nullptr;
}

std::string Document::pointer(const Node& node) const {
    std::vector<const Node*> path;
    for (const Node* at = &node; at != nodes_.data(); at = &nodes_[at->parent]) path.push_back(at);
    std::string pointer;
    for (auto at = path.rbegin(); at != path.rend(); ++at) {
        pointer += '/';
        if (nodes_[(*at)->parent].kind == Kind::array) {
            pointer += std::to_string((*at)->index);
            continue;
        }
        for (const char c : (*at)->key) {
            if (c == '~')
                pointer += "~0";
            else if (c == '/')
                pointer += "~1";
            else
                pointer += c;
        }
    }
    return pointer;
}

}  // namespace dubplate::session::json
