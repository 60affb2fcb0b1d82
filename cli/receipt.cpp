#include "cli/receipt.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "engine/audio/posix_file.h"
#include "session-format/json/document.h"

namespace dubplate::cli {
namespace {

using session::json::Document;
using session::json::Kind;
using session::json::Node;

constexpr std::string_view kSchema = "dubplate-receipt-1";
constexpr std::size_t kMostErrors = 100;
constexpr std::size_t kXxh3Digits = 32, kSha256Digits = 64;

Result<std::string> text_of_file(const std::string& path) {
    const auto file = audio::open_for_reading(path);
    if (!file) return fail(file.error());
    const auto status = audio::status_of(*file, path);
    if (!status) return fail(status.error());
    if (status->bytes > static_cast<std::int64_t>(session::json::kMaxBytes))
        return fail(ErrorCode::corrupt_input, "is larger than any receipt (512 MiB)", path);
    std::string text(static_cast<std::size_t>(status->bytes), '\0');
    const auto got = audio::read_at(*file, text.data(), status->bytes, 0, path);
    if (!got) return fail(got.error());
    text.resize(static_cast<std::size_t>(*got));
    return text;
}

class Reader {
public:
    Reader(const Document& document, std::string path) : document_(document), path_(std::move(path)) {}

    ReceiptRead run() {
        const Node& root = document_.root();
        if (!is_kind(root, Kind::object)) return std::move(read_);
        const auto schema = text_member(root, "schema");
        if (schema && *schema != kSchema)
            complain(*document_.member(root, "schema"),
                     fmt::format("'{}' is no receipt that this version knows: it reads {}", *schema, kSchema));
        if (document_.member(root, "working_folder"))
            read_.record.working_folder = text_member(root, "working_folder").value_or("");
        if (document_.member(root, "session_xxh3_128")) {
            const auto path = text_member(root, "session");
            const auto hash = hash_member(root, "session_xxh3_128", kXxh3Digits);
            if (path && hash) read_.record.files.push_back({render::RecordedKind::session, *path, *hash, {}, {}});
        }
        add_files(root, "inputs", [&](const Node& one) { return input(one); });
        add_files(root, "outputs", [&](const Node& one) { return output(one); });
        return std::move(read_);
    }

private:
    void complain(const Node& node, std::string message) {
        if (read_.errors.size() >= kMostErrors) return;
        const session::Place place = document_.place(node);
        read_.errors.push_back(
            {ErrorCode::corrupt_input, std::move(message),
             fmt::format("{}:{}:{}{}", path_, place.line, place.column,
                         place.pointer.empty() ? std::string() : fmt::format(" ({})", place.pointer))});
    }

    bool is_kind(const Node& node, Kind kind) {
        if (node.kind == kind) return true;
        complain(node, fmt::format("must be {}, not {}", kind_name(kind), kind_name(node.kind)));
        return false;
    }

    const Node* needed(const Node& object, std::string_view key, Kind kind) {
        const Node* const node = document_.member(object, key);
        if (node == nullptr) complain(object, fmt::format("lacks the key '{}'", key));
        return node != nullptr && is_kind(*node, kind) ? node : nullptr;
    }

    std::optional<std::string> text_member(const Node& object, std::string_view key) {
        const Node* const node = needed(object, key, Kind::string);
        if (node == nullptr) return std::nullopt;
        if (node->text.empty() || node->text.find('\0') != std::string_view::npos) {
            complain(*node, "must be a text that is not empty and holds no zero byte");
            return std::nullopt;
        }
        return std::string(node->text);
    }

    std::optional<std::string> hash_member(const Node& object, std::string_view key, std::size_t digits) {
        const Node* const node = needed(object, key, Kind::string);
        if (node == nullptr) return std::nullopt;
        const bool is_hash =
            node->text.size() == digits && node->text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
        if (!is_hash) {
            complain(*node, fmt::format("must be {} digits of 0-9 and a-f", digits));
            return std::nullopt;
        }
        return std::string(node->text);
    }

    std::optional<std::int64_t> count(const Node& node) {
        if (!is_kind(node, Kind::number)) return std::nullopt;
        std::int64_t bytes = -1;
        const auto [end, failed] = std::from_chars(node.text.data(), node.text.data() + node.text.size(), bytes);
        if (failed == std::errc{} && end == node.text.data() + node.text.size() && bytes >= 0) return bytes;
        complain(node, "must be a count of bytes");
        return std::nullopt;
    }

    std::optional<std::int64_t> bytes_member(const Node& object) {
        const Node* const node = needed(object, "bytes", Kind::number);
        return node == nullptr ? std::nullopt : count(*node);
    }

    std::optional<std::vector<audio::ByteRange>> ranges_member(const Node& object, std::int64_t file_bytes) {
        const Node* const list = needed(object, "ranges", Kind::array);
        if (list == nullptr) return std::nullopt;
        std::vector<audio::ByteRange> ranges;
        for (const Node& one : document_.children(*list)) {
            if (!is_kind(one, Kind::array)) return std::nullopt;
            std::vector<std::int64_t> pair;
            for (const Node& position : document_.children(one)) {
                const auto at = count(position);
                if (!at) return std::nullopt;
                if (pair.size() <= 2) pair.push_back(*at);
            }
            const std::int64_t before = ranges.empty() ? 0 : ranges.back().end;
            if (pair.size() != 2 || pair[0] < before || pair[1] <= pair[0] || pair[1] > file_bytes) {
                complain(one, "must be two positions in the file, ascending, and behind those before");
                return std::nullopt;
            }
            ranges.push_back({pair[0], pair[1]});
        }
        if (!ranges.empty()) return ranges;
        complain(*list, "must hold a range");
        return std::nullopt;
    }

    std::optional<render::RecordedFile> input(const Node& one) {
        const bool has_ranges = document_.member(one, "ranges_xxh3_128") != nullptr;
        const auto path = text_member(one, "path");
        const auto hash = hash_member(one, has_ranges ? "ranges_xxh3_128" : "xxh3_128", kXxh3Digits);
        const auto bytes = bytes_member(one);
        if (!path || !hash || !bytes) return std::nullopt;
        render::RecordedFile file{render::RecordedKind::input, *path, *hash, bytes, {}};
        if (!has_ranges) return file;
        auto ranges = ranges_member(one, *bytes);
        if (!ranges) return std::nullopt;
        file.ranges = std::move(*ranges);
        return file;
    }

    std::optional<render::RecordedFile> output(const Node& one) {
        const auto path = text_member(one, "path");
        const auto hash = hash_member(one, "sha256", kSha256Digits);
        const auto bytes = bytes_member(one);
        if (!path || !hash || !bytes) return std::nullopt;
        return render::RecordedFile{render::RecordedKind::output, *path, *hash, bytes, {}};
    }

    template <class Read>
    void add_files(const Node& root, std::string_view key, Read read) {
        const Node* const list = needed(root, key, Kind::array);
        if (list == nullptr) return;
        for (const Node& one : document_.children(*list)) {
            if (read_.errors.size() >= kMostErrors) return;
            if (!is_kind(one, Kind::object)) continue;
            if (auto file = read(one)) read_.record.files.push_back(std::move(*file));
        }
    }

    const Document& document_;
    std::string path_;
    ReceiptRead read_;
};

}  // namespace

ReceiptRead read_receipt_file(const std::string& path) {
    const auto text = text_of_file(path);
    if (!text) return {{}, {text.error()}};
    const auto document = Document::parse(*text, path);
    if (!document) return {{}, {document.error()}};
    ReceiptRead read = Reader(*document, path).run();
    read.record.receipt_folder = std::filesystem::path(path).parent_path().string();
    return read;
}

}  // namespace dubplate::cli
