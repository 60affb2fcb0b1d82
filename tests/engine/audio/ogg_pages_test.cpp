#include "engine/audio/ogg_pages.h"

#include <gtest/gtest.h>
#include <ogg/ogg.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace dubplate::audio {
namespace {

/// A stream of `packets` packets as libogg writes it.
std::string stream(int serial, int packets) {
    ogg_stream_state state;
    ogg_stream_init(&state, serial);
    std::string bytes;
    const auto take = [&](const ogg_page& page) {
        bytes.append(reinterpret_cast<const char*>(page.header), static_cast<std::size_t>(page.header_len));
        bytes.append(reinterpret_cast<const char*>(page.body), static_cast<std::size_t>(page.body_len));
    };
    ogg_page page;
    for (int k = 0; k < packets; ++k) {
        std::string body(static_cast<std::size_t>(700 * k), static_cast<char>('a' + k));
        ogg_packet packet{reinterpret_cast<unsigned char*>(body.data()),
                          static_cast<long>(body.size()),
                          k == 0,
                          k + 1 == packets,
                          k,
                          k};
        ogg_stream_packetin(&state, &packet);
        while (ogg_stream_pageout(&state, &page) != 0) take(page);
    }
    while (ogg_stream_flush(&state, &page) != 0) take(page);
    ogg_stream_clear(&state);
    return bytes;
}

std::string renumbered(const std::string& bytes, std::uint32_t serial, std::size_t step) {
    std::string out;
    OggPages pages(serial, [&](const std::byte* from, std::size_t count) -> Result<void> {
        out.append(reinterpret_cast<const char*>(from), count);
        return {};
    });
    for (std::size_t at = 0; at < bytes.size(); at += step)
        EXPECT_TRUE(pages.put(bytes.data() + at, std::min(step, bytes.size() - at)));
    EXPECT_TRUE(pages.is_empty());
    return out;
}

TEST(OggPages, AreWhatLiboggWritesForThatNumber) {
    for (const std::size_t step : {1u, 27u, 1000u, 1u << 20}) {
        EXPECT_EQ(renumbered(stream(123456, 200), 987654321, step), stream(987654321, 200)) << step;
        EXPECT_EQ(renumbered(stream(-1, 3), 0, step), stream(0, 3)) << step;
    }
}

TEST(OggPages, HoldBackWhatIsNoWholePage) {
    const std::string bytes = stream(1, 3);
    std::size_t written = 0;
    OggPages pages(2, [&](const std::byte*, std::size_t count) -> Result<void> {
        written += count;
        return {};
    });
    ASSERT_TRUE(pages.put(bytes.data(), bytes.size() - 1));
    EXPECT_FALSE(pages.is_empty());
    EXPECT_LT(written, bytes.size() - 1);
    ASSERT_TRUE(pages.put(bytes.data() + bytes.size() - 1, 1));
    EXPECT_TRUE(pages.is_empty());
    EXPECT_EQ(written, bytes.size());
}

TEST(OggPages, AnythingElseIsAnError) {
    OggPages pages(2, [](const std::byte*, std::size_t) -> Result<void> { return {}; });
    const auto put = pages.put("RIFF", 4);
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ErrorCode::corrupt_input);
}

}  // namespace
}  // namespace dubplate::audio
