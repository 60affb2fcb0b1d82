#include "engine/audio/packed_rows.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "tests/engine/audio/audio_files.h"

namespace dubplate::audio {
namespace {

constexpr SampleType kTypes[] = {SampleType::int16, SampleType::int24, SampleType::int32, SampleType::float32,
                                 SampleType::float64};

std::vector<std::byte> any_bytes(SampleType type, std::size_t samples) {
    std::vector<std::byte> packed(samples * static_cast<std::size_t>(bytes_of(type)) + kPackedSlack);
    for (std::size_t k = 0; k < samples; ++k) {
        const double value = test::random_at(3, k) * (k % 7 == 0 ? 0.0 : 1.0);  // zeros of both signs among them
        const auto at = packed.data() + k * static_cast<std::size_t>(bytes_of(type));
        if (type == SampleType::float64) {
            std::memcpy(at, &value, 8);
        } else {
            const auto single = static_cast<float>(value);
            const auto whole = static_cast<std::int32_t>(value * 2147483647.0);
            if (type == SampleType::float32)
                std::memcpy(at, &single, 4);
            else  // the upper bytes
                std::memcpy(at, reinterpret_cast<const std::byte*>(&whole) + 4 - bytes_of(type),
                            static_cast<std::size_t>(bytes_of(type)));
        }
    }
    return packed;
}

TEST(PackedRows, AreTheSamplesOfTheirChannelsTimesTheGainRoundedOnce) {
    for (const SampleType type : kTypes)
        for (const int channels : {1, 2, 3, 64, 256})
            for (const int frames : {0, 1, 7, 512, 3001}) {
                const auto samples = static_cast<std::size_t>(channels * frames);
                const auto packed = any_bytes(type, samples);
                std::vector<float> plain(samples + 1);  // so that there is an address where there are none
                unpack(type, packed.data(), std::int64_t{channels} * frames, plain.data());
                const std::vector<int> picks =
                    channels == 1 ? std::vector<int>{0} : std::vector<int>{channels - 1, 0, channels / 2};
                for (const double gain : {1.0, -1.0, 0.37, 0.0, 1e-30, -7.77}) {
                    std::vector<test::Signal> rows(picks.size(), test::Signal(static_cast<std::size_t>(frames), 9.0f));
                    std::vector<float*> out;
                    for (auto& row : rows) out.push_back(row.data());
                    unpack_rows(type, channels, packed.data(), frames, picks, gain, out.data());
                    for (std::size_t k = 0; k < picks.size(); ++k)
                        for (int frame = 0; frame < frames; ++frame) {
                            const float sample = plain[static_cast<std::size_t>(frame * channels + picks[k])];
                            const float got = rows[k][static_cast<std::size_t>(frame)];
                            ASSERT_EQ(got, static_cast<float>(double{sample} * gain));
                            ASSERT_FALSE(got == 0.0f && std::signbit(got));
                        }
                }
            }
}

TEST(PackedRows, OfOneChannelMayBePickedTwice) {
    const auto packed = any_bytes(SampleType::int24, 100);
    std::vector<test::Signal> rows(2, test::Signal(100));
    float* const out[] = {rows[0].data(), rows[1].data()};
    unpack_rows(SampleType::int24, 1, packed.data(), 100, std::vector<int>{0, 0}, 0.5, out);
    EXPECT_EQ(rows[0], rows[1]);
    EXPECT_NE(rows[0], test::Signal(100));
}

TEST(PackedRows, AGainForEveryFrameIsThatOfItsFrame) {
    auto samples = test::noise(1001, 1);
    samples[5] = -0.0f;
    std::vector<double> gains(samples.size());
    for (std::size_t k = 0; k < gains.size(); ++k) gains[k] = 0.001 * static_cast<double>(k) - 0.3;
    auto scaled = samples;
    scale(scaled.data(), 1001, gains.data());
    for (std::size_t k = 0; k < gains.size(); ++k)
        ASSERT_EQ(scaled[k], static_cast<float>(double{samples[k]} * gains[k])) << k;
    EXPECT_FALSE(std::signbit(scaled[5]));
}

}  // namespace
}  // namespace dubplate::audio
