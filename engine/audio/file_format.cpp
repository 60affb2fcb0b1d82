#include "engine/audio/file_format.h"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "engine/base/spelling.h"

namespace dubplate::audio {
namespace {

using Kind = FileFormat::Kind;

/// What a format's setting may be.
struct Setting {
    const char* name;
    double least, most;
};

struct Entry {
    Kind kind;
    std::string_view name, extension;
    int bits;              ///< of integers; 0: floats
    int bytes_per_sample;  ///< 0: follows from the setting. Noise costs FLAC a little more than its bytes
    std::optional<Setting> setting = {};
};

constexpr Entry kFormats[] = {
    {Kind::wav16, "wav16", ".wav", 16, 2},
    {Kind::wav24, "wav24", ".wav", 24, 3},
    {Kind::wav32, "wav32", ".wav", 32, 4},
    {Kind::wav32f, "wav32f", ".wav", 0, 4},
    {Kind::wav64f, "wav64f", ".wav", 0, 8},
    {Kind::flac16, "flac16", ".flac", 16, 3},
    {Kind::flac24, "flac24", ".flac", 24, 4},
    {Kind::aiff16, "aiff16", ".aiff", 16, 2},
    {Kind::aiff24, "aiff24", ".aiff", 24, 3},
    {Kind::aiff32f, "aiff32f", ".aiff", 0, 4},
    {Kind::caf16, "caf16", ".caf", 16, 2},
    {Kind::caf24, "caf24", ".caf", 24, 3},
    {Kind::caf32f, "caf32f", ".caf", 0, 4},
    {Kind::ogg, "ogg", ".ogg", 0, 0, Setting{"quality", 0.0, 1.0}},
    {Kind::opus, "opus", ".opus", 0, 0, Setting{"kbit/s", 6.0, 4096.0}},
    {Kind::mp3, "mp3", ".mp3", 0, 0, Setting{"kbit/s", 8.0, 320.0}},
    {Kind::mp3v, "mp3v", ".mp3", 0, 0, Setting{"quality", 0.0, 9.0}},
};

constexpr int kMostFlacChannels = 8;
constexpr int kMostFlacRate = 655'350;
constexpr int kMostVorbisRate = 200'000;
constexpr int kOpusRates[] = {8000, 12000, 16000, 24000, 48000};
constexpr int kMp3Rates[] = {8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000};
constexpr int kMp3Bits[] = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};  // MPEG-1
constexpr int kMp3LowBits[] = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};   // MPEG-2
constexpr double kOpusLeast = 6.0, kOpusMost = 256.0, kOpusStandard = 80.0;                  // a channel, kbit/s
constexpr std::int64_t kLargestAiff = 0xffff'ffff - 4096;                                    // sizes are 32 bits
constexpr std::int64_t kHeaderBytes = 8192;

const Entry& entry_of(FileFormat format) { return kFormats[static_cast<std::size_t>(format.kind)]; }

std::string numbers(std::span<const int> list) {
    std::string text;
    for (std::size_t k = 0; k < list.size(); ++k)
        text += fmt::format("{}{}", k == 0 ? "" : k + 1 == list.size() ? " and " : ", ", list[k]);
    return text;
}

bool holds(std::span<const int> list, double value) {
    return std::any_of(list.begin(), list.end(), [&](int one) { return one == value; });
}

/// MPEG-1 holds the upper three rates, MPEG-2 the middle three, MPEG-2.5 the lower ones.
std::span<const int> mp3_bit_rates(int sample_rate) {
    if (sample_rate >= 32000) return kMp3Bits;
    return std::span(kMp3LowBits).first(sample_rate >= 16000 ? std::size(kMp3LowBits) : 8);
}

tl::unexpected<Error> refuse(FileFormat format, std::string message) {
    return fail(ErrorCode::bad_argument, std::move(message), fmt::format("format '{}'", to_string(format)));
}

/// Of the rates a format holds, the one to choose instead: the highest that divides `rate`, otherwise 48000.
int suggested_rate(std::span<const int> rates, int rate) {
    for (auto one = rates.rbegin(); one != rates.rend(); ++one)
        if (rate % *one == 0) return *one;
    return 48000;
}

Result<void> check_rates(FileFormat format, std::span<const int> rates, int rate) {
    if (holds(rates, rate)) return {};
    return refuse(format, fmt::format("holds {} Hz, not {}: write it at another rate (--rate {})", numbers(rates), rate,
                                      suggested_rate(rates, rate)));
}

Result<void> check_opus(FileFormat format, Layout layout, int rate) {
    if (auto ok = check_rates(format, kOpusRates, rate); !ok) return ok;
    const double kbits = setting_of(format, layout, rate);
    const double least = kOpusLeast * layout.channels, most = kOpusMost * layout.channels;
    if (kbits < least || kbits > most)
        return refuse(format, fmt::format("{} channel{} take {} to {} kbit/s, not {}", layout.channels,
                                          layout.channels == 1 ? "" : "s", least, most, kbits));
    return {};
}

Result<void> check_mp3(FileFormat format, Layout layout, int rate) {
    if (layout.channels > 2)
        return refuse(format, fmt::format("MP3 holds one or two channels, not {}: choose ogg, opus, FLAC or WAV",
                                          layout.channels));
    if (auto ok = check_rates(format, kMp3Rates, rate); !ok) return ok;
    if (format.kind == Kind::mp3 && !holds(mp3_bit_rates(rate), setting_of(format, layout, rate)))
        return refuse(format, fmt::format("at {} Hz MP3 has {} kbit/s, not {}", rate, numbers(mp3_bit_rates(rate)),
                                          setting_of(format, layout, rate)));
    return {};
}

}  // namespace

Result<FileFormat> parse_file_format(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    for (const Entry& entry : kFormats) {
        if (entry.name != name) continue;
        FileFormat format{entry.kind};
        if (colon == std::string_view::npos) return format;
        if (!entry.setting)
            return fail(ErrorCode::bad_argument,
                        fmt::format("'{}': {} has nothing to be set: leave out what follows the colon", text, name));
        const std::string_view digits = text.substr(colon + 1);
        double value = 0.0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size() || !(value >= entry.setting->least) ||
            !(value <= entry.setting->most))
            return fail(ErrorCode::bad_argument,
                        fmt::format("'{}': the {} of {} is a number from {} to {}", text, entry.setting->name, name,
                                    entry.setting->least, entry.setting->most));
        format.setting = value;
        return format;
    }
    const auto names = file_format_names();
    std::string all;
    for (std::size_t k = 0; k < names.size(); ++k)
        all += fmt::format("{}{}", k == 0 ? "" : k + 1 == names.size() ? " and " : ", ", names[k]);
    return fail(ErrorCode::bad_argument,
                fmt::format("unknown file format '{}'{}; there are {}", text, did_you_mean(name, names), all));
}

std::string to_string(FileFormat format) {
    const std::string name(entry_of(format).name);
    return format.setting ? fmt::format("{}:{}", name, *format.setting) : name;
}

std::vector<std::string_view> file_format_names() {
    std::vector<std::string_view> names;
    for (const Entry& entry : kFormats) names.push_back(entry.name);
    return names;
}

std::string_view file_extension(FileFormat format) { return entry_of(format).extension; }
int integer_bits(FileFormat format) { return entry_of(format).bits; }
bool is_lossy(FileFormat format) { return entry_of(format).setting.has_value(); }

double setting_of(FileFormat format, Layout layout, int sample_rate) {
    if (format.setting) return *format.setting;
    switch (format.kind) {
        case Kind::ogg: return 0.6;
        case Kind::opus: return kOpusStandard * layout.channels;
        case Kind::mp3: return mp3_bit_rates(sample_rate).back();
        case Kind::mp3v: return 2.0;
        default: return 0.0;
    }
}

Result<void> check_format(FileFormat format, Layout layout, int sample_rate, FrameCount frames) {
    if (layout.channels < 1 || layout.channels > kMaxChannels)
        return refuse(format, fmt::format("cannot write {} channels: 1 to {} can be", layout.channels, kMaxChannels));
    if (sample_rate < kMinOutputRate || sample_rate > kMaxOutputRate)
        return refuse(format, fmt::format("cannot write a rate of {} Hz: it goes from {} to {}", sample_rate,
                                          kMinOutputRate, kMaxOutputRate));
    switch (format.kind) {
        case Kind::flac16:
        case Kind::flac24:
            if (layout.channels > kMostFlacChannels)
                return refuse(format, fmt::format("FLAC holds at most {} channels, not {}: choose WAV or CAF",
                                                  kMostFlacChannels, layout.channels));
            if (sample_rate > kMostFlacRate)
                return refuse(format, fmt::format("FLAC holds rates up to {} Hz, not {}: write it at another rate "
                                                  "(--rate 192000), or as WAV or CAF",
                                                  kMostFlacRate, sample_rate));
            return {};
        case Kind::ogg:
            if (sample_rate > kMostVorbisRate)
                return refuse(format, fmt::format("Vorbis holds rates up to {} Hz, not {}: write it at another rate "
                                                  "(--rate 48000)",
                                                  kMostVorbisRate, sample_rate));
            return {};
        case Kind::opus: return check_opus(format, layout, sample_rate);
        case Kind::mp3:
        case Kind::mp3v: return check_mp3(format, layout, sample_rate);
        case Kind::aiff16:
        case Kind::aiff24:
        case Kind::aiff32f: {
            const std::int64_t bytes = frames * layout.channels * entry_of(format).bytes_per_sample;
            if (bytes > kLargestAiff)
                return refuse(format, fmt::format("AIFF ends at 4 GiB, and a file here can reach {:.1f} GB: choose WAV "
                                                  "or CAF, or a shorter range",
                                                  static_cast<double>(bytes) * 1e-9));
            return {};
        }
        default: return {};
    }
}

/// With the header; beyond 2^53 no disk is asked about single bytes, and none holds 2^62.
static std::int64_t bounded_bytes(double bytes) {
    return static_cast<std::int64_t>(std::min(bytes, 0x1p62)) + kHeaderBytes;
}

std::int64_t largest_file_bytes(FileFormat format, Layout layout, int sample_rate, FrameCount frames) {
    if (const int bytes = entry_of(format).bytes_per_sample; bytes != 0)
        return bounded_bytes(static_cast<double>(frames) * layout.channels * bytes);
    const double setting = setting_of(format, layout, sample_rate);
    const double kbits = format.kind == Kind::opus  ? 1.5 * setting  // a mean that loud passages exceed
                         : format.kind == Kind::mp3 ? setting
                                                    : 320.0 * layout.channels;
    const double seconds = static_cast<double>(frames) / sample_rate + 1.0;
    return bounded_bytes(seconds * kbits * 125.0);
}

}  // namespace dubplate::audio
