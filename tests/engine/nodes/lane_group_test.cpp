#include "engine/nodes/lane_group.h"

#include <gtest/gtest.h>

#include <deque>
#include <numeric>

#include "kernels/cpu/aligned.h"
#include "kernels/cpu/packed_samples.h"
#include "tests/support/signals.h"

namespace dubplate::nodes {
namespace {

using kernels::kMaxBlockFrames;
using kernels::kMaxLanes;
using test::random_at;
using test::Signal;

double between(std::uint64_t seed, std::uint64_t index, double low, double high) {
    return low + (high - low) * 0.5 * (random_at(seed, index) + 1.0);
}

struct Setting {
    std::string path;
    double value;
};

InsertSetup insert(const char* name, std::size_t bands, const std::vector<Setting>& settings) {
    InsertSetup setup;
    setup.kind = kernels::find_processor(name);
    const ProcessorDescription& description = setup.kind->description;
    setup.group_size = bands;
    for (std::size_t at = 0; at < parameter_count(description, bands); ++at)
        setup.values.push_back(parameter_at(description, at).standard);
    for (const Setting& setting : settings) setup.values[parameter_index(description, setting.path)] = setting.value;
    setup.greatest = setup.least = setup.values;
    if (setup.kind->latency) setup.latency_frames = setup.kind->latency(setup.strip_values(48000.0, 2));
    return setup;
}

/// A track as sessions have them, each with values of its own. Odd ones hold: their decay is not known in advance.
StripSetup strip(std::uint64_t seed, double lookahead, const char* last) {
    StripSetup setup;
    setup.inserts.push_back(insert("eq", 2,
                                   {{"bands/0/gain", between(seed, 1, -6, 6)},
                                    {"bands/1/gain", between(seed, 2, -6, 6)},
                                    {"bands/1/frequency", between(seed, 3, 60, 300)}}));
    setup.inserts.push_back(insert("compressor", 0,
                                   {{"detector", 1},
                                    {"threshold", between(seed, 4, -40, -20)},
                                    {"release", between(seed, 5, 0.05, 0.4)},
                                    {"hold", seed % 2 ? 0.02 : 0.0},
                                    {"lookahead", lookahead}}));
    setup.inserts.push_back(insert(last, 0, {}));
    return setup;
}

/// Noise in pieces with gaps between them, some shorter than it takes to rest, and one that is all zeros though told as
/// sound.
struct Input {
    std::vector<Signal> channels;
    std::vector<std::pair<FrameCount, FrameCount>> clips;  // from, to

    Input(std::uint64_t seed, int channel_count, FrameCount frames) {
        for (FrameCount at = static_cast<FrameCount>(between(seed, 0, 0, 30000)), k = 1; at < frames; ++k) {
            const auto index = static_cast<std::uint64_t>(10 * k);
            const auto end = std::min(frames, at + static_cast<FrameCount>(between(seed, index, 100, 30000)));
            clips.emplace_back(at, end);
            at = end + static_cast<FrameCount>(between(seed, index + 1, 0, k % 2 ? 90000 : 9000));
        }
        for (int channel = 0; channel < channel_count; ++channel) {
            Signal& signal = channels.emplace_back(static_cast<std::size_t>(frames), 0.0f);
            for (std::size_t k = 0; k < clips.size(); ++k)
                for (FrameCount frame = clips[k].first; k % 5 != 4 && frame < clips[k].second; ++frame)
                    signal[static_cast<std::size_t>(frame)] =
                        static_cast<float>(0.5 * random_at(seed * 16 + static_cast<std::uint64_t>(channel),
                                                           static_cast<std::uint64_t>(frame)));
        }
    }
    bool is_silent(FrameCount start, int frames) const {
        return std::none_of(clips.begin(), clips.end(),
                            [&](const auto& clip) { return clip.first < start + frames && clip.second > start; });
    }
};

/// What comes out of strips side by side: [lane].
std::vector<Signal> run(const std::vector<const StripSetup*>& setups, const std::vector<const Input*>& inputs,
                        int channels, const std::vector<int>& lengths) {
    std::vector<LaneMember> members;
    for (const StripSetup* setup : setups)
        members.push_back({setup, std::vector<InsertStreams>(setup->inserts.size())});
    const std::size_t count = setups.size();
    LaneGroup group(std::move(members), channels, 48000.0, 0, static_cast<int>(setups[0]->inserts.size()));
    const auto frames = static_cast<FrameCount>(inputs[0]->channels[0].size());
    std::vector<Signal> out(count * static_cast<std::size_t>(channels));
    kernels::AlignedVector<float> own(out.size() * kMaxBlockFrames), audio(kMaxLanes * kMaxBlockFrames);
    const Signal zeros(kMaxBlockFrames, 0.0f);
    FrameCount done = 0;
    for (std::size_t block = 0; done < frames; ++block) {
        const int length = static_cast<int>(std::min<FrameCount>(lengths[block % lengths.size()], frames - done));
        std::vector<const float*> rows(out.size());
        std::vector<char> silent(count);
        for (std::size_t m = 0; m < count; ++m) {
            silent[m] = inputs[m]->is_silent(done, length);
            for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c)
                rows[m * static_cast<std::size_t>(channels) + c] =
                    silent[m] ? zeros.data() : inputs[m]->channels[c].data() + done;
        }
        // Every other block as a file would hold it.
        PackedInput packed{kernels::PackedType::float32, {}};
        std::vector<std::vector<float>> packed_frames(count);
        for (std::size_t m = 0; m < count && channels <= 2; ++m) {
            for (FrameCount frame = done; frame < done + length; ++frame)
                for (const Signal& channel : inputs[m]->channels)
                    packed_frames[m].push_back(channel[static_cast<std::size_t>(frame)]);
            packed_frames[m].resize(packed_frames[m].size() + kernels::kPackedSlack / sizeof(float));
            if (!silent[m]) packed.members[m] = reinterpret_cast<const std::byte*>(packed_frames[m].data());
        }
        const bool is_packed = channels <= 2 && block % 2 == 1;
        group.process(done, length, rows, own.data(), silent, is_packed ? &packed : nullptr, audio.data());
        for (std::size_t lane = 0; lane < out.size(); ++lane) {
            const bool quiet = silent[lane / static_cast<std::size_t>(channels)];
            out[lane].insert(out[lane].end(), quiet ? zeros.data() : rows[lane],
                             (quiet ? zeros.data() : rows[lane]) + length);
        }
        done += length;
    }
    return out;
}

struct Case {
    int strips, channels;
    double lookahead;
    const char* last;
};

class LanesOfStrips : public testing::TestWithParam<Case> {
protected:
    void SetUp() override {
        for (int k = 0; k < GetParam().strips; ++k) {
            const auto seed = static_cast<std::uint64_t>(k + 1);
            setups_.push_back(strip(seed, GetParam().lookahead, GetParam().last));
            inputs_.emplace_back(seed, GetParam().channels, 640000);
        }
    }
    std::vector<Signal> run_strips(int first, int last, const std::vector<int>& lengths) {
        std::vector<const StripSetup*> setups;
        std::vector<const Input*> inputs;
        for (int k = first; k < last; ++k) {
            setups.push_back(&setups_[static_cast<std::size_t>(k)]);
            inputs.push_back(&inputs_[static_cast<std::size_t>(k)]);
        }
        return run(setups, inputs, GetParam().channels, lengths);
    }
    std::deque<StripSetup> setups_;
    std::deque<Input> inputs_;
};

TEST_P(LanesOfStrips, GiveTheSameBitsHoweverTimeIsCut) {
    const auto expected = run_strips(0, GetParam().strips, {512});
    EXPECT_EQ(run_strips(0, GetParam().strips, {64, 448, 320}), expected);
    EXPECT_EQ(run_strips(0, GetParam().strips, {192}), expected);
    EXPECT_GT(test::peak(expected[0]), 0.01);
}

TEST_P(LanesOfStrips, GiveTheBitsOfEachStripAlone) {
    const auto together = run_strips(0, GetParam().strips, {512});
    for (int k = 0; k < GetParam().strips; ++k) {
        const auto alone = run_strips(k, k + 1, {512});
        for (std::size_t c = 0; c < alone.size(); ++c)
            EXPECT_EQ(together[static_cast<std::size_t>(k) * alone.size() + c], alone[c]) << "strip " << k;
    }
}

INSTANTIATE_TEST_SUITE_P(Chains, LanesOfStrips,
                         testing::Values(Case{16, 1, 0.0, "trim"}, Case{7, 2, 0.0, "pan"}, Case{9, 1, 0.0035, "trim"}));

TEST(LaneGroup, OfProcessorsWhoseLanesCannotMoveGivesTheSameBitsHoweverTimeIsCut) {
    std::deque<StripSetup> setups;
    std::deque<Input> inputs;
    std::vector<const StripSetup*> setup_views;
    std::vector<const Input*> input_views;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        setup_views.push_back(&setups.emplace_back(strip(seed, 0.0, "limiter")));
        input_views.push_back(&inputs.emplace_back(seed, 1, 400000));
    }
    const auto expected = run(setup_views, input_views, 1, {512});
    EXPECT_EQ(run(setup_views, input_views, 1, {128, 64, 256}), expected);
}

TEST(LaneGroup, FallsSilentWhileACompressorsGainStillFades) {
    const StripSetup setup = strip(2, 0.0, "trim");
    Input input(2, 1, 200000);
    input.clips = {{0, 10000}};
    std::fill(input.channels[0].begin() + 10000, input.channels[0].end(), 0.0f);
    LaneGroup group({{&setup, std::vector<InsertStreams>(3)}}, 1, 48000.0, 0, 3);
    kernels::AlignedVector<float> own(kMaxBlockFrames), audio(kMaxLanes * kMaxBlockFrames);
    const Signal zeros(kMaxBlockFrames, 0.0f);
    FrameCount sounds_until = 0;
    for (FrameCount start = 0; start < 192000; start += 512) {
        char silent = input.is_silent(start, 512);
        const float* row = silent ? zeros.data() : input.channels[0].data() + start;
        group.process(start, 512, std::span(&row, 1), own.data(), std::span(&silent, 1), nullptr, audio.data());
        if (!silent) sounds_until = start + 512;
    }
    // Bands and the power's mean die away, and twice 8192 frames are waited for; the gain would take 3 s.
    EXPECT_GT(sounds_until, 10000);
    EXPECT_LE(sounds_until, 10000 + 7 * 8192);
}

}  // namespace
}  // namespace dubplate::nodes
