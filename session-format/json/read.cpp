#include "session-format/json/read.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "session-format/json/read_parts.h"
#include "session-format/json/words.h"

namespace dubplate::session {
namespace json {
namespace {

constexpr std::size_t kMaxStrips = 10'000;  // without the master
constexpr int kVersion = 1;
constexpr int kMinSampleRate = 8000, kMaxSampleRate = 384000;

std::optional<std::uint64_t> read_seed(const Node& node, Problems& problems) {
    if (!expect(node, Kind::number, problems)) return {};
    std::uint64_t seed = 0;
    const char* last = node.text.data() + node.text.size();
    const auto [end, error] = std::from_chars(node.text.data(), last, seed);
    if (error == std::errc{} && end == last) return seed;
    problems.at(node, "expected a whole number from 0 to 18446744073709551615");
    return {};
}

void read_metadata(const Node& node, Reading& reading) {
    if (!expect(node, Kind::object, reading.problems)) return;
    for (const Node& entry : reading.document.children(node))
        if (auto text = read_text(entry, reading.problems))
            reading.session.metadata[std::string(entry.key)] = std::move(*text);
}

void read_strips(Fields& fields, std::string_view key, StripKind kind, Reading& reading) {
    const Node* list = fields.find(key);
    if (!list || !expect(*list, Kind::array, reading.problems)) return;
    for (const Node& node : reading.document.children(*list)) {
        if (reading.session.strips.size() >= kMaxStrips) {
            reading.problems.at(node, fmt::format("a session has up to {} strips", kMaxStrips), ErrorCode::unsupported);
            return;
        }
        read_strip(node, kind, reading);
    }
}

/// False where reading on makes no sense.
bool read_version(Fields& fields, Problems& problems) {
    const Node* node = fields.find("dubplate");
    if (!node) {
        if (fields.is_object())
            problems.at(problems.document().root(),
                        "the key 'dubplate' is missing: a session says its version, \"dubplate\": 1");
        return fields.is_object();
    }
    const auto version = read_integer(*node, 1, std::numeric_limits<int>::max(), problems);
    if (version && *version > kVersion) {
        problems.at(*node,
                    fmt::format("the file is of version {}, this program reads version {}: a newer Dubplate is needed",
                                *version, kVersion),
                    ErrorCode::unsupported);
        return false;
    }
    return true;
}

void read_root(Reading& reading) {
    Fields fields(reading.document.root(), reading.problems);
    Session& session = reading.session;
    if (!read_version(fields, reading.problems)) return;
    fields.take("name", session.name, read_text);
    fields.take("sample_rate", session.sample_rate, read_integer, kMinSampleRate, kMaxSampleRate);
    fields.take("seed", session.seed, read_seed);
    fields.take("pan_law", session.pan_law, read_word, std::span(kPanLaws));
    std::optional<TempoMap> tempo_map;
    read_timeline(fields, reading, tempo_map);
    if (tempo_map) reading.tempo_map = &*tempo_map;
    read_ranges(fields, reading);
    if (const Node* metadata = fields.find("metadata")) read_metadata(*metadata, reading);
    read_strips(fields, "tracks", StripKind::track, reading);
    read_strips(fields, "buses", StripKind::bus, reading);
    read_strips(fields, "returns", StripKind::return_bus, reading);
    if (const Node* master = fields.find("master")) {
        read_strip(*master, StripKind::master, reading);
    } else {
        session.strips.push_back({.name = "Master", .kind = StripKind::master});
        reading.strip_nodes.push_back(nullptr);
    }
    read_stems(fields, reading);
    fields.finish();
    check_references(reading);
    reading.tempo_map = nullptr;
}

}  // namespace

const ProcessorDescription* Reading::processor(std::string_view name) const {
    for (const ProcessorDescription* description : processors)
        if (description->name == name) return description;
    return nullptr;
}

}  // namespace json

ReadResult read_session(std::string_view text, const std::string& file_name, ProcessorTable processors) {
    ReadResult result;
    const auto document = json::Document::parse(text, file_name);
    if (!document) {
        result.errors.push_back(document.error());
        return result;
    }
    json::Problems problems(*document, file_name);
    for (const json::Node* member : document->repeated_keys())
        problems.at_key(*member, fmt::format("the key '{}' stands here a second time", member->key));
    json::Reading reading{*document, problems, processors, {}, nullptr, {}, {}};
    json::read_root(reading);
    result.session = std::move(reading.session);
    result.session.file = file_name;
    result.session.folder = std::filesystem::path(file_name).parent_path().string();
    problems.sorted_into(result.errors);
    return result;
}

Result<std::string> read_session_text(std::FILE* stream, const std::string& name) {
    std::string text;
    for (std::size_t size = 0;;) {
        constexpr std::size_t kPiece = std::size_t{1} << 20;
        text.resize(size + kPiece);
        const std::size_t read = std::fread(text.data() + size, 1, kPiece, stream);
        size += read;
        if (std::ferror(stream))
            return fail(ErrorCode::io, fmt::format("cannot read the session: {}", std::strerror(errno)), name);
        if (size > json::kMaxBytes) return fail(ErrorCode::unsupported, "the file is larger than 512 MiB", name);
        if (read < kPiece) {
            text.resize(size);
            return text;
        }
    }
}

Result<std::string> read_session_text(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file)
        return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                    fmt::format("cannot open the session: {}", std::strerror(errno)), path);
    return read_session_text(file.get(), path);
}

ReadResult read_session_file(const std::string& path, ProcessorTable processors) {
    const auto text = read_session_text(path);
    if (text) return read_session(*text, path, processors);
    ReadResult result;
    result.errors.push_back(text.error());
    return result;
}

}  // namespace dubplate::session
