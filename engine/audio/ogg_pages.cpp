#include "engine/audio/ogg_pages.h"

#include <ogg/ogg.h>

#include <cstring>
#include <numeric>

namespace dubplate::audio {
namespace {

// RFC 3533, section 6: where the fields of a page's header lie.
constexpr std::size_t kSerialAt = 14, kSegmentsAt = 26, kHeaderBytes = 27;

/// The page's header and body in bytes; 0 while too little is there.
std::pair<std::size_t, std::size_t> page_size(const std::byte* bytes, std::size_t count) {
    if (count < kHeaderBytes) return {0, 0};
    const std::size_t segments = std::to_integer<std::size_t>(bytes[kSegmentsAt]);
    if (count < kHeaderBytes + segments) return {0, 0};
    const std::byte* const lacing = bytes + kHeaderBytes;
    return {kHeaderBytes + segments,
            std::accumulate(lacing, lacing + segments, std::size_t{0},
                            [](std::size_t sum, std::byte one) { return sum + std::to_integer<std::size_t>(one); })};
}

}  // namespace

Result<void> OggPages::put(const void* bytes, std::size_t count) {
    const auto* const from = static_cast<const std::byte*>(bytes);
    held_.insert(held_.end(), from, from + count);
    std::size_t done = 0;
    for (;;) {
        std::byte* const page = held_.data() + done;
        const std::size_t left = held_.size() - done;
        if (left >= 4 && std::memcmp(page, "OggS", 4) != 0)
            return fail(ErrorCode::corrupt_input, "the encoder made something that is no Ogg page");
        const auto [header, body] = page_size(page, left);
        if (header == 0 || left < header + body) break;
        for (std::size_t k = 0; k < 4; ++k) page[kSerialAt + k] = static_cast<std::byte>(serial_ >> (8 * k) & 0xff);
        auto* const raw = reinterpret_cast<unsigned char*>(page);
        ogg_page parts{raw, static_cast<long>(header), raw + header, static_cast<long>(body)};
        ogg_page_checksum_set(&parts);
        if (auto written = write_(page, header + body); !written) return written;
        done += header + body;
    }
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(done));
    return {};
}

}  // namespace dubplate::audio
