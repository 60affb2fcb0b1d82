// How a compressor comes to rest, and what it makes of samples that are no numbers.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/support/compressor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::kCompressor;

/// One mono strip, block after block by hand.
class LoneCompressor {
public:
    explicit LoneCompressor(const CompressorSettings& settings)
        : values_(values_of(settings, kCompressor)),
          strip_{{.sample_rate = 48000.0, .channels = 1, .values = values_, .greatest = values_}},
          processor_(
              kCompressor.create({.width = 1, .strips = strip_, .moving_per_block = {}, .moving_per_frame = {}})) {}

    Signal feed(Signal audio) {
        for (std::size_t at = 0; at + 64 <= audio.size(); at += 64)
            processor_->process({.start = start_ += 64, .frames = 64, .audio = audio.data() + at, .controls = {}});
        return audio;
    }
    bool settle() { return processor_->settle(); }

private:
    std::vector<double> values_;
    std::vector<kernels::StripValues> strip_;
    std::unique_ptr<kernels::Processor> processor_;
    FrameCount start_ = 0;
};

TEST(CompressorRest, ComesToRestAfterSilenceAndThenIsAsNew) {
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
        SCOPED_TRACE(seed);
        const CompressorSettings settings = random_settings(seed);
        LoneCompressor used(settings), fresh(settings);
        EXPECT_TRUE(fresh.settle());
        used.feed(programme(8192, seed));
        EXPECT_FALSE(used.settle());
        int periods = 0;
        do {
            const Signal silence = used.feed(Signal(8192));
            if (periods > 0) {
                EXPECT_EQ(peak(silence), 0.0);
            }
            // Ten automatic releases of 0.3 s leave e^-27.6 after 28 * 3 s.
        } while (!used.settle() && ++periods < 600);
        EXPECT_LT(periods, 600);
        const Signal next = programme(4096, seed + 1);
        EXPECT_EQ(used.feed(next), fresh.feed(next));
    }
}

TEST(CompressorRest, SurvivesWhatNoAudioShouldBe) {
    for (const float odd : {INFINITY, NAN, -1e38f, 1e-42f}) {
        for (const bool rms : {false, true}) {
            CompressorSettings settings = random_settings(5);
            settings.rms = rms, settings.key_high_pass = settings.key_low_pass = 0;
            LoneCompressor compressor(settings);
            Signal block = programme(64, 1);
            block[7] = odd;
            compressor.feed(block);
            // What was odd comes out once the lookahead has passed; the gain is a number again behind it.
            compressor.feed(Signal(1024, 0.1f));
            for (const float sample : compressor.feed(Signal(48000, 0.1f))) ASSERT_TRUE(std::isfinite(sample)) << odd;
            // By power, too, what came long ago weighs nothing.
            LoneCompressor fresh(settings);
            fresh.feed(Signal(48000 * 4, 0.1f));
            const Signal later = compressor.feed(Signal(48000 * 4, 0.1f));
            EXPECT_NEAR(later.back(), fresh.feed(Signal(64, 0.1f)).back(), 1e-6) << odd << (rms ? " rms" : " peak");
        }
    }
}

}  // namespace
}  // namespace dubplate
