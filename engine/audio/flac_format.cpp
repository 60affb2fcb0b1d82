#include "engine/audio/flac_format.h"

#include <cstring>

namespace dubplate::audio {

namespace {

constexpr int kMostBlocks = 1024;
constexpr std::int64_t kCountInBlock = 4 + 13;  // behind the block's head: sizes, rate, channels, bits; then 36 bits

std::int64_t big_endian(const std::byte* from, int bytes, int bits_each) {
    std::int64_t value = 0;
    for (int k = 0; k < bytes; ++k) value = value << bits_each | std::to_integer<std::int64_t>(from[k]);
    return value;
}

}  // namespace

Result<std::optional<FlacLength>> find_flac_length(const Descriptor& file, const std::string& path) {
    std::byte head[10];
    auto got = read_at(file, head, sizeof head, 0, path);
    if (!got) return fail(std::move(got.error()));
    std::int64_t offset = 0;
    if (*got == sizeof head && std::memcmp(head, "ID3", 3) == 0) {
        offset = 10 + big_endian(head + 6, 4, 7);
        got = read_at(file, head, 4, offset, path);
        if (!got) return fail(std::move(got.error()));
    }
    if (*got < 4 || std::memcmp(head, "fLaC", 4) != 0) return std::nullopt;
    offset += 4;
    for (int block = 0; block < kMostBlocks; ++block) {
        std::byte body[kCountInBlock + 5];
        got = read_at(file, body, sizeof body, offset, path);
        if (!got) return fail(std::move(got.error()));
        if (*got < 4) return std::nullopt;
        const auto type = std::to_integer<int>(body[0]);
        const std::int64_t size = big_endian(body + 1, 3, 8);
        if ((type & 0x7f) == 0) {
            if (*got < static_cast<std::int64_t>(sizeof body) || size < 34) return std::nullopt;
            FlacLength length;
            length.bytes_at = offset + kCountInBlock;
            const std::byte high = body[kCountInBlock];
            length.frames = std::to_integer<std::int64_t>(high & std::byte{0x0f}) << 32 |
                            big_endian(body + kCountInBlock + 1, 4, 8);
            length.hidden = {high & std::byte{0xf0}, {}, {}, {}, {}};
            return length;
        }
        if ((type & 0x80) != 0) return std::nullopt;  // the last one
        offset += 4 + size;
    }
    return std::nullopt;
}

}  // namespace dubplate::audio
