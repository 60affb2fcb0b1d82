#include "engine/render/calibration.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "engine/audio/output_file.h"
#include "engine/audio/posix_file.h"
#include "engine/base/visible_text.h"

namespace dubplate::render {
namespace {

constexpr const char* kSchema = "dubplate-calibration-1";
constexpr std::int64_t kMostBytes = 1 << 20;
constexpr rapidjson::SizeType kMostDevices = 64, kMostSizes = 32;
constexpr double kMostSize = 0x1p50;  // of bytes, or of numbers
constexpr std::size_t kMostText = 512;

using Value = rapidjson::Value;

/// The members of an object, each of which must be there; what is wrong is kept.
class Members {
public:
    Members(const Value& object, bool& sound) : object_(object), sound_(sound) { sound_ &= object.IsObject(); }

    const Value* member(const char* key) const {
        if (!sound_) return nullptr;
        const auto found = object_.FindMember(key);
        sound_ &= found != object_.MemberEnd();
        return sound_ ? &found->value : nullptr;
    }
    std::string text(const char* key) const {
        const Value* const value = member(key);
        sound_ &= value && value->IsString() && value->GetStringLength() <= kMostText;
        return sound_ ? std::string(value->GetString(), value->GetStringLength()) : "";
    }
    /// More than 0, and a number that can be reckoned with.
    double number(const char* key) const {
        const Value* const value = member(key);
        sound_ &= value && value->IsNumber() && value->GetDouble() > 1e-30 && value->GetDouble() < 1e30;
        return sound_ ? value->GetDouble() : 0.0;
    }
    std::size_t size(const char* key) const {
        const double value = number(key);
        sound_ &= value >= 1.0 && value <= kMostSize;
        return sound_ ? static_cast<std::size_t>(value) : 0;
    }
    template <class Function>
    void each(const char* key, rapidjson::SizeType most, const Function& function) const {
        const Value* const value = member(key);
        sound_ &= value && value->IsArray() && !value->Empty() && value->Size() <= most;
        if (!sound_) return;
        for (const Value& one : value->GetArray()) function(Members(one, sound_));
    }

private:
    const Value& object_;
    bool& sound_;
};

Calibration read_one(const Members& members) {
    Calibration made;
    regions::DeviceRates& rates = made.rates;
    made.device = members.text("device");
    made.made = members.text("made");
    rates.open_seconds = members.number("open_seconds");
    rates.pinned_seconds = members.number("pinned_seconds_per_byte");
    rates.launch_seconds = members.number("launch_seconds");
    rates.turn_seconds = members.number("turn_seconds");
    rates.multiply_rate = members.number("multiplies_per_second");
    rates.memory_left = members.size("memory_left_bytes");
    members.each("copies", kMostSizes, [&](const Members& one) {
        rates.copies.push_back({one.size("bytes"), one.number("up_bytes_per_second"),
                                one.number("down_bytes_per_second"), one.number("both_bytes_per_second")});
    });
    members.each("transforms", kMostSizes, [&](const Members& one) {
        rates.transforms.push_back({one.size("numbers"), one.number("numbers_per_second")});
    });
    return made;
}

bool ascend(const regions::DeviceRates& rates) {
    return std::ranges::is_sorted(rates.copies, {}, &regions::CopyRate::bytes) &&
           std::ranges::is_sorted(rates.transforms, {}, &regions::TransformRate::numbers);
}

Result<std::string> read_text(const std::string& path) {
    const auto file = audio::open_for_reading(path);
    if (!file) return fail(file.error());
    std::string text(static_cast<std::size_t>(kMostBytes) + 1, '\0');
    const auto bytes = audio::read_at(*file, text.data(), kMostBytes + 1, 0, path);
    if (!bytes) return fail(bytes.error());
    if (*bytes > kMostBytes) return fail(ErrorCode::corrupt_input, "is no calibration: it is too large", path);
    text.resize(static_cast<std::size_t>(*bytes));
    return text;
}

}  // namespace

std::string calibration_file() {
    const auto variable = [](const char* name) -> std::string {
        const char* const value = std::getenv(name);
        return value ? value : "";
    };
    if (std::getenv("DUBPLATE_CALIBRATION")) return variable("DUBPLATE_CALIBRATION");
    constexpr const char* kPlace = "/dubplate/calibration.json";
    // What is not absolute does not count (XDG Base Directory Specification).
    if (const std::string cache = variable("XDG_CACHE_HOME"); cache.starts_with('/')) return cache + kPlace;
    if (const std::string home = variable("HOME"); home.starts_with('/')) return home + "/.cache" + kPlace;
    return {};
}

Result<std::vector<Calibration>> read_calibrations(const std::string& path) {
    const auto text = read_text(path);
    if (!text) return fail(text.error());
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text->data(), text->size());
    const auto corrupt = [&] { return fail(ErrorCode::corrupt_input, "is no calibration that can be read", path); };
    if (document.HasParseError() || !document.IsObject()) return corrupt();
    bool sound = true;
    const Members root(document, sound);
    if (root.text("schema") != kSchema || !sound) return corrupt();
    const std::string version = root.text("version");
    if (!sound) return corrupt();
    if (version != DUBPLATE_VERSION)
        return fail(ErrorCode::unsupported,
                    fmt::format("is of Dubplate {}, this is {}", visible_text(version), DUBPLATE_VERSION), path);
    std::vector<Calibration> calibrations;
    root.each("devices", kMostDevices, [&](const Members& one) { calibrations.push_back(read_one(one)); });
    for (const Calibration& one : calibrations) sound &= ascend(one.rates);
    if (!sound) return corrupt();
    return calibrations;
}

Result<void> write_calibrations(const std::string& path, const std::vector<Calibration>& calibrations) {
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> out(buffer);
    out.SetIndent(' ', 2);
    const auto text = [&](const char* key, const std::string& value) {
        const std::string shown = as_utf8(value);
        out.Key(key);
        out.String(shown.data(), static_cast<rapidjson::SizeType>(shown.size()));
    };
    const auto number = [&](const char* key, double value) {
        out.Key(key);
        out.Double(value);
    };
    const auto size = [&](const char* key, std::uint64_t value) {
        out.Key(key);
        out.Uint64(value);
    };
    out.StartObject();
    text("schema", kSchema);
    text("version", DUBPLATE_VERSION);
    out.Key("devices");
    out.StartArray();
    for (const Calibration& one : calibrations) {
        out.StartObject();
        text("device", one.device);
        text("made", one.made);
        number("open_seconds", one.rates.open_seconds);
        number("pinned_seconds_per_byte", one.rates.pinned_seconds);
        number("launch_seconds", one.rates.launch_seconds);
        number("turn_seconds", one.rates.turn_seconds);
        number("multiplies_per_second", one.rates.multiply_rate);
        size("memory_left_bytes", one.rates.memory_left);
        out.Key("copies");
        out.StartArray();
        for (const regions::CopyRate& copy : one.rates.copies) {
            out.StartObject();
            size("bytes", copy.bytes);
            number("up_bytes_per_second", copy.up);
            number("down_bytes_per_second", copy.down);
            number("both_bytes_per_second", copy.both);
            out.EndObject();
        }
        out.EndArray();
        out.Key("transforms");
        out.StartArray();
        for (const regions::TransformRate& transform : one.rates.transforms) {
            out.StartObject();
            size("numbers", transform.numbers);
            number("numbers_per_second", transform.rate);
            out.EndObject();
        }
        out.EndArray();
        out.EndObject();
    }
    out.EndArray();
    out.EndObject();
    const std::string all = std::string(buffer.GetString(), buffer.GetSize()) + "\n";

    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::path folder = fs::path(path).parent_path();
    if (!folder.empty() && fs::create_directories(folder, failed))
        fs::permissions(folder, fs::perms::owner_all, failed);
    auto file = audio::OutputFile::create(path);
    if (!file) return fail(file.error());
    if (auto ok = file->write(all.data(), static_cast<std::int64_t>(all.size()), 0); !ok) return ok;
    return file->commit();
}

const Calibration* find_calibration(const std::vector<Calibration>& calibrations, const std::string& device) {
    const auto found = std::ranges::find(calibrations, device, &Calibration::device);
    return found == calibrations.end() ? nullptr : &*found;
}

}  // namespace dubplate::render
