#include "engine/audio/wav_format.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace dubplate::audio {

namespace {

constexpr std::uint32_t kUnknownSize = 0xffffffff;
constexpr int kMostChunks = 4096;  // before the data chunk
constexpr std::uint16_t kTagPcm = 1, kTagFloat = 3, kTagExtensible = 0xfffe;
/// The subformat's GUID behind its first two bytes, which are the format tag.
constexpr unsigned char kGuidTail[14] = {0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71};

template <class T>
T load_at(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

bool is_id(const std::byte* from, std::string_view id) { return std::memcmp(from, id.data(), 4) == 0; }

/// The fmt chunk, as far as it describes something that can be read straight.
std::optional<PcmLayout> parse_fmt(const std::byte* fmt, std::int64_t bytes, std::string_view container) {
    if (bytes < 16) return std::nullopt;
    auto tag = load_at<std::uint16_t>(fmt);
    const int channels = load_at<std::uint16_t>(fmt + 2);
    const auto rate = load_at<std::uint32_t>(fmt + 4);
    const int frame_bytes = load_at<std::uint16_t>(fmt + 12);
    const int bits = load_at<std::uint16_t>(fmt + 14);
    if (tag == kTagExtensible) {
        if (bytes < 40 || std::memcmp(fmt + 26, kGuidTail, sizeof kGuidTail) != 0) return std::nullopt;
        tag = load_at<std::uint16_t>(fmt + 24);
    }
    PcmLayout layout;
    const char* words = "";
    if (tag == kTagPcm && bits == 16) {
        layout.type = SampleType::int16, words = "Signed 16 bit PCM";
    } else if (tag == kTagPcm && bits == 24) {
        layout.type = SampleType::int24, words = "Signed 24 bit PCM";
    } else if (tag == kTagPcm && bits == 32) {
        layout.type = SampleType::int32, words = "Signed 32 bit PCM";
    } else if (tag == kTagFloat && bits == 32) {
        layout.type = SampleType::float32, words = "32 bit float";
    } else if (tag == kTagFloat && bits == 64) {
        layout.type = SampleType::float64, words = "64 bit float";
    } else {
        return std::nullopt;
    }
    if (channels < 1 || channels > kMaxFileChannels || frame_bytes != channels * bytes_of(layout.type))
        return std::nullopt;
    if (rate < static_cast<std::uint32_t>(kMinFileRate) || rate > static_cast<std::uint32_t>(kMaxFileRate))
        return std::nullopt;
    layout.channels = channels;
    layout.sample_rate = static_cast<int>(rate);
    layout.format = std::string(container) + ", " + words;
    return layout;
}

/// libsndfile reads samples one behind the other whatever the header says of their distance. What makes no sense at all
/// it refuses.
Result<void> check_frame_bytes(const std::byte* fmt, const std::string& path) {
    const int channels = load_at<std::uint16_t>(fmt + 2);
    const int frame_bytes = load_at<std::uint16_t>(fmt + 12);
    const int bits = load_at<std::uint16_t>(fmt + 14);
    const bool makes_sense = channels >= 1 && bits >= 1 && bits <= 64;
    if (!makes_sense || frame_bytes == channels * ((bits + 7) / 8)) return {};
    return fail(ErrorCode::unsupported,
                "its header contradicts itself: " + std::to_string(channels) + " channels of " + std::to_string(bits) +
                    " bits in frames of " + std::to_string(frame_bytes) + " bytes; save it anew",
                path);
}

/// Little-endian bytes in order.
class Writer {
public:
    void id(std::string_view four) {
        for (const char c : four) bytes.push_back(static_cast<std::byte>(c));
    }
    template <class T>
    void number(T value) {
        for (std::size_t k = 0; k < sizeof value; ++k)
            bytes.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * k) & 0xff));
    }
    std::vector<std::byte> bytes;
};

}  // namespace

Result<std::optional<PcmLayout>> find_pcm(const Descriptor& file, std::int64_t file_bytes, const std::string& path) {
    std::byte head[12];
    const auto got = read_at(file, head, sizeof head, 0, path);
    if (!got) return fail(got.error());
    const bool is_riff = *got == sizeof head && is_id(head, "RIFF");
    const bool is_long = *got == sizeof head && (is_id(head, "RF64") || is_id(head, "BW64"));
    if ((!is_riff && !is_long) || !is_id(head + 8, "WAVE")) return std::nullopt;
    const char* const container = is_riff ? "WAV (Microsoft)" : is_id(head, "RF64") ? "RF64 (RIFF 64)" : "BW64";
    const bool riff_size_is_right = is_riff && std::int64_t{load_at<std::uint32_t>(head + 4)} + 8 == file_bytes;

    std::optional<PcmLayout> layout;
    int frame_bytes = 0;                           // of any PCM, also what libsndfile is to read
    std::optional<std::uint64_t> long_data_bytes;  // from ds64
    std::int64_t offset = sizeof head;
    for (int chunk = 0; chunk < kMostChunks && offset + 8 <= file_bytes; ++chunk) {
        std::byte body[48] = {};  // the chunk's head and as much of its body as is ever looked at
        const auto read = read_at(file, body, sizeof body, offset, path);
        if (!read) return fail(read.error());
        if (*read < 8) return std::nullopt;
        const std::int64_t size = load_at<std::uint32_t>(body + 4);
        const std::int64_t left = file_bytes - offset - 8;
        const std::int64_t readable = std::min<std::int64_t>({size, left, *read - 8});
        if (is_id(body, "ds64") && is_long && readable >= 16) {
            long_data_bytes = load_at<std::uint64_t>(body + 16);
        } else if (is_id(body, "fmt ")) {
            layout = parse_fmt(body + 8, readable, container);
            auto tag = load_at<std::uint16_t>(body + 8);
            if (tag == kTagExtensible) tag = load_at<std::uint16_t>(body + 8 + 24);
            if (layout) {
                frame_bytes = layout->channels * bytes_of(layout->type);
            } else if (readable >= 16 && (tag == kTagPcm || tag == kTagFloat)) {
                frame_bytes = load_at<std::uint16_t>(body + 8 + 12);
                if (auto fits = check_frame_bytes(body + 8, path); !fits) return fail(std::move(fits.error()));
            }
        } else if (is_id(body, "data")) {
            std::uint64_t claimed = static_cast<std::uint64_t>(size);
            if (size == kUnknownSize) claimed = long_data_bytes.value_or(kUnknownSize);
            const bool to_the_end =
                (claimed == 0 && !riff_size_is_right && left > 0) ||
                (size == kUnknownSize && (claimed == kUnknownSize || claimed == ~std::uint64_t{0}) &&
                 static_cast<std::uint64_t>(left) < claimed);
            if (!to_the_end && claimed > static_cast<std::uint64_t>(left))
                return fail(ErrorCode::corrupt_input,
                            "the file ends early: its header promises " + std::to_string(claimed) +
                                " bytes of audio, " + std::to_string(left) + " are there" +
                                (frame_bytes > 0 ? " (up to frame " + std::to_string(left / frame_bytes) + ")" : ""),
                            path);
            if (!layout) return std::nullopt;
            layout->data_offset = offset + 8;
            layout->frames = (to_the_end ? left : static_cast<std::int64_t>(claimed)) / frame_bytes;
            return layout;
        }
        if (size > left) return std::nullopt;
        offset += 8 + size + (size & 1);
    }
    return std::nullopt;
}

int wav_padding(SampleType type, Layout layout, FrameCount frames) {
    return static_cast<int>((frames * layout.channels * bytes_of(type)) & 1);
}

std::vector<std::byte> wav_header(SampleType type, Layout layout, int sample_rate, FrameCount frames) {
    const bool has_floats = is_float(type);
    const bool is_extensible = layout.channels > 2;
    const int frame_bytes = layout.channels * bytes_of(type);
    const std::int64_t data_bytes = frames * frame_bytes;
    const std::int64_t fmt_bytes = is_extensible ? 40 : has_floats ? 18 : 16;
    const std::int64_t header_bytes = 12 + (8 + 28) + (8 + fmt_bytes) + (has_floats ? 12 : 0) + 8;
    const std::int64_t riff_bytes = header_bytes + data_bytes + wav_padding(type, layout, frames) - 8;
    const bool is_long = riff_bytes >= std::int64_t{kUnknownSize};

    Writer header;
    header.id(is_long ? "BW64" : "RIFF");
    header.number(is_long ? kUnknownSize : static_cast<std::uint32_t>(riff_bytes));
    header.id("WAVE");
    header.id(is_long ? "ds64" : "JUNK");
    header.number(std::uint32_t{28});
    header.number(is_long ? riff_bytes : std::int64_t{0});
    header.number(is_long ? data_bytes : std::int64_t{0});
    header.number(is_long ? frames : std::int64_t{0});
    header.number(std::uint32_t{0});  // no further long chunks
    header.id("fmt ");
    header.number(static_cast<std::uint32_t>(fmt_bytes));
    const std::uint16_t tag = has_floats ? kTagFloat : kTagPcm;
    header.number(is_extensible ? kTagExtensible : tag);
    header.number(static_cast<std::uint16_t>(layout.channels));
    header.number(static_cast<std::uint32_t>(sample_rate));
    header.number(static_cast<std::uint32_t>(std::int64_t{sample_rate} * frame_bytes));
    header.number(static_cast<std::uint16_t>(frame_bytes));
    header.number(static_cast<std::uint16_t>(8 * bytes_of(type)));
    if (is_extensible) {
        header.number(std::uint16_t{22});
        header.number(static_cast<std::uint16_t>(8 * bytes_of(type)));
        header.number(static_cast<std::uint32_t>(speaker_mask(layout)));
        header.number(tag);
        for (const unsigned char byte : kGuidTail) header.number(byte);
    } else if (has_floats) {
        header.number(std::uint16_t{0});
    }
    if (has_floats) {
        header.id("fact");
        header.number(std::uint32_t{4});
        header.number(is_long ? kUnknownSize : static_cast<std::uint32_t>(frames));
    }
    header.id("data");
    header.number(is_long ? kUnknownSize : static_cast<std::uint32_t>(data_bytes));
    return header.bytes;
}

}  // namespace dubplate::audio
