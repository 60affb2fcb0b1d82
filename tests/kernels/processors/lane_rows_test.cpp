#include "kernels/processors/lane_rows.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "kernels/cpu/aligned.h"
#include "kernels/processors/processor.h"
#include "tests/support/processor_run.h"

namespace dubplate {
namespace {

using namespace test;
using kernels::LaneRows;
using kernels::Processor;
using kernels::ProcessorKind;
using kernels::StripValues;

constexpr int kBlock = 256;

/// Sixteen strips with values of their own where a kind allows it.
class Strips {
public:
    explicit Strips(const ProcessorKind& kind, int channels = 1) : kind_(kind) {
        const std::size_t bands = kind.description.group.empty() ? 0 : 3;
        for (std::uint64_t strip = 0; strip < 16 / static_cast<std::uint64_t>(channels); ++strip) {
            std::vector<double>& values = values_.emplace_back(values_of(kind, {}, bands));
            for (std::size_t at = 0; at < values.size(); ++at) {
                const ParameterDescription& parameter = parameter_at(kind.description, at);
                if (parameter.motion == Motion::fixed || parameter.unit == ParameterUnit::choice ||
                    parameter.unit == ParameterUnit::toggle || parameter.unit == ParameterUnit::file)
                    continue;
                const double towards =
                    random_at(strip, at) < 0.0 ? parameter.minimum : std::min(parameter.maximum, 2e4);
                values[at] += 0.3 * std::fabs(random_at(strip + 99, at)) * (towards - values[at]);
            }
        }
        for (const std::vector<double>& values : values_) strips_.push_back({48000.0, channels, values, values});
    }
    std::unique_ptr<Processor> make(int width) const { return kind_.create({width, strips_, {}, {}}); }

private:
    const ProcessorKind& kind_;
    std::vector<std::vector<double>> values_;
    std::vector<StripValues> strips_;
};

/// One block of a lane's noise into a lane of [frame][width].
void put(kernels::AlignedVector<float>& audio, int width, int lane, int strip_lane, int block) {
    for (int frame = 0; frame < kBlock; ++frame)
        audio[static_cast<std::size_t>(frame * width + lane)] = static_cast<float>(
            random_at(static_cast<std::uint64_t>(strip_lane), static_cast<std::uint64_t>(block * kBlock + frame)));
}
Signal take(const kernels::AlignedVector<float>& audio, int width, int lane) {
    Signal signal;
    for (int frame = 0; frame < kBlock; ++frame)
        signal.push_back(audio[static_cast<std::size_t>(frame * width + lane)]);
    return signal;
}

/// Kinds whose lanes can move, and what cannot be run without a file.
bool can_move(const ProcessorKind& kind) {
    if (kind.description.name == "convolution") return false;
    LaneRows rows(4);
    return Strips(kind).make(4)->lane_rows(rows);
}

TEST(LaneRows, AreThereForTheProcessorsOfMostTracks) {
    std::set<std::string_view> kinds;
    for (const ProcessorKind* kind : kernels::processor_kinds())
        if (can_move(*kind)) kinds.insert(kind->description.name);
    for (const char* name : {"eq", "compressor", "trim", "pan"}) EXPECT_TRUE(kinds.contains(name)) << name;
}

TEST(LaneRows, TakeLanesToOtherWidthsWithTheSameBits) {
    for (const ProcessorKind* kind : kernels::processor_kinds()) {
        if (!can_move(*kind)) continue;
        for (const int width : {1, 4, 8}) {
            const int channels = kind->description.name == "pan" ? 2 : 1;
            if (width < channels) continue;
            SCOPED_TRACE(std::string(kind->description.name) + " to width " + std::to_string(width));
            const Strips strips(*kind, channels);
            const auto wide = strips.make(16), narrow = strips.make(width);
            LaneRows wide_rows(16), narrow_rows(width);
            wide->lane_rows(wide_rows), narrow->lane_rows(narrow_rows);
            ASSERT_EQ(wide_rows.bytes_per_lane(), narrow_rows.bytes_per_lane());
            kernels::AlignedVector<float> wide_audio(kBlock * 16),
                narrow_audio(static_cast<std::size_t>(kBlock * width));
            const auto run_wide = [&](int block) {
                for (int lane = 0; lane < 16; ++lane) put(wide_audio, 16, lane, lane, block);
                wide->process({block * kBlock, kBlock, wide_audio.data(), nullptr, {}});
            };
            for (int block = 0; block < 7; ++block) run_wide(block);
            // From the end, and channel for channel: strips swap places.
            const auto strip_lane = [&](int lane) {
                return 16 - channels - lane / channels * channels + lane % channels;
            };
            std::vector<std::byte> moved(wide_rows.bytes_per_lane());
            narrow_rows.take_common(wide_rows);
            for (int lane = 0; lane < width; ++lane) {
                wide_rows.save(strip_lane(lane), moved.data());
                narrow_rows.load(lane, moved.data());
            }
            for (int block = 7; block < 14; ++block) {
                run_wide(block);
                for (int lane = 0; lane < width; ++lane) put(narrow_audio, width, lane, strip_lane(lane), block);
                narrow->process({block * kBlock, kBlock, narrow_audio.data(), nullptr, {}});
                for (int lane = 0; lane < width; ++lane)
                    ASSERT_EQ(take(narrow_audio, width, lane), take(wide_audio, 16, strip_lane(lane)))
                        << "lane " << lane;
            }
        }
    }
}

TEST(LaneRows, OfDelaysKeepTheirPlaceInTheRing) {
    const auto wide = kernels::make_plain_delay(16, 192), narrow = kernels::make_plain_delay(4, 192);
    LaneRows wide_rows(16), narrow_rows(4);
    ASSERT_TRUE(wide->lane_rows(wide_rows) && narrow->lane_rows(narrow_rows));
    kernels::AlignedVector<float> wide_audio(kBlock * 16), narrow_audio(kBlock * 4);
    for (int lane = 0; lane < 16; ++lane) put(wide_audio, 16, lane, lane, 0);
    const Signal sent = take(wide_audio, 16, 9);
    wide->process({0, kBlock, wide_audio.data(), nullptr, {}});
    std::vector<std::byte> moved(wide_rows.bytes_per_lane());
    narrow_rows.take_common(wide_rows);
    wide_rows.save(9, moved.data());
    narrow_rows.load(2, moved.data());
    narrow->process({kBlock, kBlock, narrow_audio.data(), nullptr, {}});
    const Signal received = take(narrow_audio, 4, 2);
    EXPECT_EQ(Signal(received.begin(), received.begin() + 192), Signal(sent.end() - 192, sent.end()));
}

/// 8192 frames of silence, step by step and at once.
TEST(Fading, ComesOutWhereFramesOfSilenceDo) {
    const ProcessorKind& kind = *kernels::find_processor("compressor");
    for (const double attack : {0.0, 0.01, 0.15})
        for (const double release : {0.05, 0.3, 2.0}) {
            SCOPED_TRACE(std::to_string(attack) + " s, " + std::to_string(release) + " s");
            const std::vector<double> values =
                values_of(kind, {{"threshold", -40.0}, {"attack", attack}, {"release", release}});
            const std::vector<StripValues> strips{{48000.0, 1, values, values}};
            const auto make = [&] { return kind.create({1, strips, {}, {}}); };
            const auto stepped = make(), faded = make();
            kernels::AlignedVector<float> audio(512), other(512);
            const auto run = [&](Processor& processor, kernels::AlignedVector<float>& block, bool sounds) {
                for (std::size_t frame = 0; frame < block.size(); ++frame)
                    block[frame] = sounds ? static_cast<float>(random_at(1, frame)) : 0.0f;
                processor.process({0, 512, block.data(), nullptr, {}});
            };
            for (Processor* processor : {stepped.get(), faded.get()}) {
                for (int block = 0; block < 20; ++block) run(*processor, audio, true);
                run(*processor, audio, false);
                ASSERT_FALSE(processor->settle());
                ASSERT_TRUE(processor->fades());
            }
            for (int block = 0; block < 16; ++block) run(*stepped, audio, false);
            faded->fade();
            run(*stepped, audio, true);
            run(*faded, other, true);
            EXPECT_LE(error_db(take(other, 2, 0), take(audio, 2, 0)), -140.0);
        }
}

TEST(Fading, IsNotForWhatDoesNotFollowFromTheGainAlone) {
    const ProcessorKind& kind = *kernels::find_processor("compressor");
    const auto fades = [&](std::initializer_list<std::pair<std::string_view, double>> changes, bool moves) {
        const std::vector<double> values = values_of(kind, changes);
        const std::vector<StripValues> strips{{48000.0, 1, values, values}};
        const std::vector<std::size_t> moving{parameter_index(kind.description, "release")};
        const auto processor = kind.create({1, strips, moves ? std::span(moving) : std::span<std::size_t>{}, {}});
        kernels::AlignedVector<float> audio(512);
        const std::vector<double> grid(9, 0.5);
        for (const float sample : {1.0f, 0.0f}) {
            std::fill(audio.begin(), audio.end(), sample);
            processor->process({0, 512, audio.data(), nullptr, {moves ? grid.data() : nullptr, nullptr}});
        }
        return !processor->settle() && processor->fades();
    };
    EXPECT_TRUE(fades({{"release", 0.5}}, false));
    EXPECT_FALSE(fades({{"release", 0.5}, {"hold", 0.1}}, false));
    EXPECT_FALSE(fades({{"release", 0.5}, {"auto_release", 1.0}}, false));
    EXPECT_FALSE(fades({{"release", 0.5}, {"detector", 1.0}}, false));  // the power's mean still sounds
    EXPECT_FALSE(fades({{"release", 0.5}}, true));
}

}  // namespace
}  // namespace dubplate
