#include "engine/render/output_names.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "engine/base/file_name.h"
#include "engine/base/spelling.h"

namespace dubplate::render {
namespace {

/// File systems hold 255 bytes; what is written beside the target has a longer name.
constexpr std::size_t kLongestPart = 220;
constexpr std::array<std::string_view, 6> kFields = {"kind", "name", "session", "format", "rate", "index"};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view kind_name(OutputKind kind) {
    return kind == OutputKind::mix ? "mix" : kind == OutputKind::premaster ? "premaster" : "stem";
}

std::optional<std::string> field_value(std::string_view field, const NameFields& fields) {
    if (field == "kind") return std::string(kind_name(fields.kind));
    if (field == "name") return file_name_of(fields.name);
    if (field == "session") return file_name_of(fields.session);
    if (field == "rate") return std::to_string(fields.rate);
    if (field == "index") return fmt::format("{:0{}}", fields.index, fields.index_digits);
    if (field != "format") return std::nullopt;
    std::string format = audio::to_string(fields.format);
    std::replace(format.begin(), format.end(), ':', '-');
    return format;
}

Result<std::string> filled_in(std::string_view name_template, const NameFields& fields) {
    std::string path;
    for (std::size_t at = 0; at < name_template.size(); ++at) {
        const char c = name_template[at];
        if (c == '}') return fail(ErrorCode::bad_argument, "has a '}' without its '{'");
        if (c != '{') {
            path += c;
            continue;
        }
        const std::size_t end = name_template.find('}', at);
        if (end == std::string_view::npos) return fail(ErrorCode::bad_argument, "has a '{' without its '}'");
        const std::string_view field = name_template.substr(at + 1, end - at - 1);
        const auto value = field_value(field, fields);
        if (!value)
            return fail(ErrorCode::bad_argument, fmt::format("there is no field '{{{}}}'{}; there are {}", field,
                                                             did_you_mean(field, kFields), listed(kFields)));
        path += *value;
        at = end;
    }
    return path;
}

/// Every part between '/'.
Result<void> check_parts(std::string_view path) {
    if (path.empty()) return fail(ErrorCode::bad_argument, "makes an empty name");
    if (path[0] == '/')
        return fail(ErrorCode::bad_argument, "is a path from the root: names lie below the output folder");
    for (std::size_t start = 0; start <= path.size();) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view part = path.substr(start, end - start);
        if (part.empty()) return fail(ErrorCode::bad_argument, fmt::format("makes an empty name: '{}'", path));
        if (part == "." || part == "..")
            return fail(ErrorCode::bad_argument,
                        fmt::format("holds '{}': names lie below the output folder, and say where in full", part));
        if (part.size() > kLongestPart)
            return fail(ErrorCode::bad_argument, fmt::format("makes a name of {} bytes, '{}...': {} are the most",
                                                             part.size(), cut(part, 40), kLongestPart));
        start = end + 1;
    }
    return {};
}

bool ends_with_case_aside(std::string_view text, std::string_view ending) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return text.size() > ending.size() && std::equal(ending.rbegin(), ending.rend(), text.rbegin(),
                                                     [&](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

std::string session_stem(const session::Session& session) {
    std::string name = std::filesystem::path(session.file).filename().string();
    for (const std::string_view ending : {".json", ".dub"})
        if (name.size() > ending.size() && name.ends_with(ending)) name.resize(name.size() - ending.size());
    return !name.empty() ? name : !session.name.empty() ? session.name : "session";
}

std::string standard_template(OutputKind kind, bool with_format) {
    const std::string name = kind == OutputKind::stem ? "stems/{name}" : "{name}";
    return with_format ? name + "-{format}" : name;
}

Result<std::string> output_name(std::string_view name_template, const NameFields& fields) {
    const auto refuse = [&](const Error& error) {
        return fail(ErrorCode::bad_argument, error.message, fmt::format("name template '{}'", cut(name_template, 80)));
    };
    if (std::any_of(name_template.begin(), name_template.end(), is_control))
        return fail(ErrorCode::bad_argument, "holds a control character", "name template");
    auto path = filled_in(name_template, fields);
    if (!path) return refuse(path.error());
    if (auto ok = check_parts(*path); !ok) return refuse(ok.error());
    const std::string_view extension = audio::file_extension(fields.format);
    if (!ends_with_case_aside(*path, extension)) *path += extension;
    return path;
}

}  // namespace dubplate::render
