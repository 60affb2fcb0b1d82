#include "engine/regions/region_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "engine/graph/device_sums.h"
#include "engine/graph/offload.h"
#include "engine/graph/program.h"
#include "engine/render/inputs.h"
#include "kernels/device/twin/twin.h"
#include "tests/support/render_session.h"
#include "tests/support/session_fuzzer.h"
#include "tests/support/signals.h"

namespace dubplate::test {
namespace {

using graph::Plan;

/// The twin, whose bytes on their way down are counted.
std::atomic<std::size_t> bytes_down;

const device::Backend* counting_twin() {
    static const device::Backend table = [] {
        device::Backend made = *device::twin_backend();
        made.copy_down = [](device::Context* context, device::Queue queue, void* to, const void* from,
                            std::size_t bytes) {
            bytes_down += bytes;
            return device::twin_backend()->copy_down(context, queue, to, from, bytes);
        };
        return made;
    }();
    return &table;
}

/// Keeps what it reads.
class KeepStep final : public nodes::Step {
public:
    KeepStep(nodes::PartialSum audio, int channels, Audio& kept) : audio_(std::move(audio)), kept_(kept) {
        kept_.assign(static_cast<std::size_t>(channels), {});
    }
    Result<void> run(const nodes::Chunk& chunk) override {
        std::array<float, kernels::kMaxBlockFrames> spare;
        for (FrameCount done = 0; done < chunk.frames; done += kernels::kMaxBlockFrames)
            for (std::size_t c = 0; c < kept_.size() && chunk.start >= 0; ++c) {
                const float* const row =
                    audio_.read(chunk.start + done, kernels::kMaxBlockFrames, static_cast<int>(c), spare.data());
                kept_[c].insert(kept_[c].end(), row, row + kernels::kMaxBlockFrames);
            }
        return {};
    }

private:
    nodes::PartialSum audio_;
    Audio& kept_;
};

enum class Adds { cpu, device };

/// Renders plans on the twin, with sums on the device or on the CPU, to memory.
class RegionSums : public testing::Test {
protected:
    static constexpr FrameCount kFrames = 49152;

    struct Run {
        Result<void> result;
        std::vector<Audio> outputs;  // mix, premaster, stems
        std::size_t bytes = 0;
        FrameCount chunks = 0;
        std::size_t sums = 0, unequal_leads = 0;  // of the plan
    };

    RegionSums() : session_(empty_session(folder_.path())) {
        write_wav(folder_.file("room.wav"), {noise(900, 1, 0.1)});
        write_wav(folder_.file("hall.wav"), {noise(20000, 2, 0.01), noise(20000, 3, 0.01)});
        write_wav(folder_.file("voice.wav"), {noise(40000, 4, 0.1)});
    }

    static session::Insert room(const std::string& file = "room.wav") {
        return insert("convolution", {{"impulse", file}});
    }

    /// Buses that convolve, each a block of its own.
    void add_rooms(int first, int count) {
        for (int k = first; k < first + count; ++k) {
            const std::string name = "Room " + std::to_string(k);
            session::Strip& bus = add_bus(session_, name);
            bus.inserts.push_back(room());
            bus.pan = 0.04 * k;
            session::Strip& track = add_track(session_, "Track " + std::to_string(k), "voice.wav");
            track.output = name;
            track.fader = session::decibels(-0.3 * k);
        }
    }

    /// Tracks that convolve, into buses of which one needs them long before the other does, and into a return.
    void add_voices() {
        add_bus(session_, "Late").inserts = {insert("linear_eq", {{"length", "6"}, {"bands/0/gain", "3 dB"}})};
        add_bus(session_, "Soon");
        add_return(session_, "Return").inserts.push_back(room("hall.wav"));
        for (int k = 0; k < 22; ++k) {
            session::Strip& track = add_track(session_, "Voice " + std::to_string(k), "voice.wav");
            track.output = k % 2 ? "Late" : "Soon";
            if (k % 5 == 0) track.inserts.push_back(insert("compressor", {{"threshold", "-30 dB"}}));
            track.inserts.push_back(room());
            track.sends = {{.to = "Return", .pre_fader = k % 3 == 0, .level = session::decibels(-3.0 - k)}};
            if (k % 4 == 0) track.lanes.push_back(lane("fader", {{"0 s", "-20 dB"}, {"0.6 s", "0 dB"}}));
        }
    }

    Run run(Adds adds, FrameCount chunk_frames = 8192, int threads = 3, bool stems = true) {
        Run made;
        const auto executor = graph::make_thread_executor(threads);
        const auto tempo_map = *session::TempoMap::create(session_.tempos, session_.meters, session_.sample_rate);
        const auto routing = *graph::route(session_);
        render::OpenedFiles files;
        const auto inputs = *render::load_inputs(session_, files, folder_.path(), *executor, {});
        Diagnostics diagnostics;
        const auto tracks = *render::make_clip_tracks(session_, tempo_map, inputs, diagnostics);
        std::vector<nodes::StripSetup> setups = *nodes::set_up_strips(session_, tempo_map, inputs.impulses);
        nodes::find_equal_channels(session_, tracks, setups);
        const graph::StemSet set =
            graph::stems_by_rule(session_, routing, session::StemRule::each_bus, session::StemReturns::own);
        std::vector<std::size_t> wanted;
        std::vector<std::string> names;
        for (std::size_t s = 0; stems && s < set.stems.size(); s += 3) {
            wanted.push_back(s);
            names.push_back(set.stems[s].name);
        }
        const auto contents = *graph::stem_contents(session_, routing, set, wanted);
        Plan plan = graph::make_plan(session_, routing, setups, names, contents);
        graph::offload(plan, session_, setups, 0.0);
        if (adds == Adds::device) graph::sum_on_device(plan, setups);
        made.sums = plan.sums.size();
        for (const graph::PlanSum& sum : plan.sums)
            for (std::size_t b = 0; b < plan.blocks.size(); ++b)
                for (const graph::PlanOutput& output : plan.blocks[b].outputs)
                    made.unequal_leads +=
                        std::ranges::count(sum.partials, output.stream) > 0 && plan.steps[b].lead != sum.lead;

        bytes_down = 0;
        const auto device = graph::uses_device(plan) ? *regions::Device::open(*counting_twin(), 0) : nullptr;
        graph::ProgramSettings settings{chunk_frames, 2, 0};
        const auto program =
            *graph::Program::create({session_, plan, setups, tracks, *executor, device.get(), nullptr}, settings);
        made.outputs.resize(2 + names.size());
        const auto keep = [&](std::size_t index, nodes::PartialSum audio, const std::vector<int>& streams) {
            program->add(std::make_unique<KeepStep>(std::move(audio), 2, made.outputs[index]), streams, {}, {});
        };
        keep(0, nodes::PartialSum({program->mix()}), {plan.mix});
        keep(1, nodes::PartialSum({program->premaster()}), {plan.premaster});
        for (std::size_t s = 0; s < names.size(); ++s) keep(2 + s, program->stem(s), plan.stems[s].partials);
        graph::ScheduleSettings schedule;
        schedule.chunk_frames = chunk_frames;
        schedule.first_chunk = floor_div(-plan.longest_lead, chunk_frames);
        schedule.last_chunk = floor_div(kFrames - 1, chunk_frames);
        schedule.end = [] { return kFrames; };
        made.chunks = schedule.last_chunk - schedule.first_chunk + 1;
        made.result = graph::run_schedule(program->schedule(), schedule, *executor, {});
        made.bytes = bytes_down;
        return made;
    }

    TempFolder folder_;
    session::Session session_;
};

TEST_F(RegionSums, AreThoseOfTheCpuBitForBit) {
    add_rooms(0, 5);
    add_voices();
    add_bus(session_, "Dry");
    add_track(session_, "Dry track", "voice.wav").output = "Dry";
    add_rooms(5, 30);
    for (const bool stems : {true, false}) {
        const Run cpu = run(Adds::cpu, 8192, 3, stems), device = run(Adds::device, 8192, 3, stems);
        ASSERT_TRUE(cpu.result && device.result);
        EXPECT_GT(device.sums, 3u);
        EXPECT_GT(device.unequal_leads, 0u);
        EXPECT_LT(device.bytes, cpu.bytes);
        EXPECT_GT(peak_dbfs(cpu.outputs[0]), -40.0);
        EXPECT_EQ(cpu.outputs, device.outputs);
    }
}

TEST_F(RegionSums, ChunksAndThreadsChangeNoBit) {
    add_voices();
    add_rooms(0, 18);
    const Run reference = run(Adds::device);
    ASSERT_TRUE(reference.result);
    for (const FrameCount frames : {FrameCount{16384}, FrameCount{24576}, kFrames}) {
        SCOPED_TRACE(frames);
        const Run other = run(Adds::device, frames, frames == kFrames ? 1 : 4);
        ASSERT_TRUE(other.result);
        for (std::size_t k = 0; k < other.outputs.size(); ++k)
            for (std::size_t c = 0; c < 2; ++c)
                EXPECT_TRUE(std::equal(reference.outputs[k][c].begin(), reference.outputs[k][c].end(),
                                       other.outputs[k][c].begin()));
    }
}

TEST_F(RegionSums, InTheFuzzersSessionsToo) {
    for (const std::uint64_t seed : {10, 13, 28, 37}) {
        SCOPED_TRACE(seed);
        session_ = random_session(seed, folder_.path());
        std::vector<session::Strip> strips;
        for (const session::Strip& strip : session_.strips) {
            strips.push_back(strip);
            if (strip.kind != session::StripKind::track) continue;
            strips.back().inserts.push_back(room());
            for (const char* again : {"again", "and again"}) {
                strips.push_back(strips.back());
                strips.back().name += again;
            }
        }
        session_.strips = std::move(strips);
        const Run cpu = run(Adds::cpu, 16384), device = run(Adds::device, 16384);
        ASSERT_TRUE(cpu.result && device.result);
        EXPECT_LE(device.bytes, cpu.bytes);
        EXPECT_EQ(cpu.outputs, device.outputs);
        EXPECT_GT(device.sums, 1u);
    }
}

TEST_F(RegionSums, ComeDownAloneWhereNobodyNeedsTheirPartials) {
    add_rooms(0, 20);
    const Run cpu = run(Adds::cpu, 8192, 3, false), device = run(Adds::device, 8192, 3, false);
    // Rows of a chunk, and a flag for each of a partial or a sum.
    EXPECT_EQ(cpu.bytes, static_cast<std::size_t>(cpu.chunks) * (40 * 8192 * 4 + 40 * 4));
    EXPECT_EQ(device.bytes, static_cast<std::size_t>(device.chunks) * (2 * 8192 * 4 + 42 * 4));
}

TEST_F(RegionSums, NameTheStripsWhoseAudioIsInfinite) {
    write_wav(folder_.file("huge.wav"), {Signal(300, 1e30f)});
    write_wav(folder_.file("loud.wav"), {noise(40000, 5, 1e20)});
    add_rooms(0, 20);
    strip(session_, "Room 7").inserts = {room("huge.wav")};
    strip(session_, "Track 7").clips.front().file = "loud.wav";
    const Run cpu = run(Adds::cpu, 8192, 1), device = run(Adds::device, 8192, 1);
    ASSERT_FALSE(cpu.result);
    ASSERT_FALSE(device.result);
    EXPECT_EQ(device.result.error().code, ErrorCode::corrupt_input);
    EXPECT_EQ(device.result.error().where, "strip 'Room 7'");
    EXPECT_EQ(device.result.error().message, cpu.result.error().message);
    EXPECT_EQ(device.result.error().where, cpu.result.error().where);
}

}  // namespace
}  // namespace dubplate::test
