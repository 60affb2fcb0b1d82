#include "engine/graph/program.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace dubplate::graph {
namespace {

/// Streams of more than this have left the caches when they are read.
constexpr std::size_t kCachedBytes = std::size_t{16} << 20;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

}  // namespace

std::vector<FrameCount> stream_frames(const Plan& plan, const ProgramSettings& settings) {
    // Frames alive: from the oldest chunk a reader may still be at to the newest one its writer may be at. Outputs read
    // at lead 0, so 0 bounds every reader from below where nothing else does.
    std::vector<FrameCount> newest(plan.streams.size(), 0),
        oldest(plan.streams.size(), std::numeric_limits<FrameCount>::max());
    for (const PlanStep& step : plan.steps) {
        for (const StreamUse& use : step.writes) newest[at(use.stream)] = step.lead + use.offset;
        for (const StreamUse& use : step.reads)
            oldest[at(use.stream)] = std::min(oldest[at(use.stream)], step.lead + use.offset);
    }
    const auto read_by_outputs = [&](int s) { oldest[at(s)] = 0; };
    read_by_outputs(plan.mix);
    read_by_outputs(plan.premaster);
    for (const PlanStem& stem : plan.stems)
        for (const int s : stem.partials) read_by_outputs(s);
    std::vector<FrameCount> frames;
    for (std::size_t s = 0; s < plan.streams.size(); ++s) {
        const FrameCount span = oldest[s] == std::numeric_limits<FrameCount>::max() ? 0 : newest[s] - oldest[s];
        frames.push_back(settings.chunk_frames * settings.in_flight + span + kControlFrames);
    }
    return frames;
}

Program::Program(const session::Session& session, const Plan& plan, const std::vector<nodes::StripSetup>& setups,
                 const std::vector<std::unique_ptr<audio::ClipTrack>>& clip_tracks, const ProgramSettings& settings,
                 Executor& executor, nodes::Profile* profile)
    : plan_(plan), dependencies_(plan) {
    const std::vector<FrameCount> frames = stream_frames(plan, settings);
    std::size_t samples = 0;
    for (std::size_t s = 0; s < frames.size(); ++s)
        samples += nodes::Stream::samples_of(plan.streams[s].channels, frames[s]);
    memory_.resize(samples);
    const auto stores =
        samples * sizeof(float) > kCachedBytes ? kernels::Stores::past_caches : kernels::Stores::into_caches;
    float* memory = memory_.data();
    for (std::size_t s = 0; s < frames.size(); ++s) {
        streams_.push_back(std::make_unique<nodes::Stream>(plan.streams[s].channels, frames[s], memory, stores));
        memory += nodes::Stream::samples_of(plan.streams[s].channels, frames[s]);
    }
    const auto pointer = [&](int s) { return s == kNoStream ? nullptr : streams_[at(s)].get(); };
    const auto make_block = [&](std::size_t b) {
        std::vector<nodes::BlockStrip> strips;
        for (const PlanStrip& planned : plan.blocks[b].strips) {
            const session::Strip& source = session.strips[at(planned.strip)];
            nodes::BlockStrip strip;
            strip.name = source.name;
            strip.setup = &setups[at(planned.strip)];
            strip.channels = source.layout.channels;
            strip.first = planned.first;
            strip.last = planned.last;
            strip.invert = planned.invert;
            strip.clips = planned.from_clips ? clip_tracks[at(planned.strip)].get() : nullptr;
            strip.input = sum(planned.input);
            strip.entry_tap = pointer(planned.entry_tap);
            for (const PlanInsertStreams& streams : planned.inserts)
                strip.streams.push_back({pointer(streams.key), streams.key_layout, source.layout,
                                         pointer(streams.gain_out), pointer(streams.gain_in),
                                         pointer(streams.tap_out)});
            strips.push_back(std::move(strip));
        }
        std::vector<nodes::BlockOutput> outputs;
        for (const PlanOutput& planned : plan.blocks[b].outputs) {
            nodes::BlockOutput output{pointer(planned.stream), {}};
            for (const PlanSource& source_of : planned.sources) {
                const int strip = plan.blocks[b].strips[source_of.strip].strip;
                output.sources.push_back(
                    {source_of.strip, nodes::OutputGain(session, session.strips[at(strip)], setups[at(strip)],
                                                        source_of.send, planned.layout)});
            }
            outputs.push_back(std::move(output));
        }
        return std::make_unique<nodes::StripBlock>(std::move(strips), std::move(outputs), session.sample_rate,
                                                   plan.steps[b].lead, settings.run_start);
    };
    // The spectra of responses take their time, and the memory of states is first touched here.
    steps_.resize(plan.blocks.size());
    std::vector<Job> jobs;
    for (std::size_t b = 0; b < plan.blocks.size(); ++b)
        jobs.emplace_back(
            [&, b](const std::stop_token&) -> Result<void> {
                steps_[b] = make_block(b);
                return {};
            },
            nodes::TaskLabel{plan.blocks[b].name, "set up strips"});
    if (!run_all(std::move(jobs), executor, {}, profile)) throw std::bad_alloc();  // nothing else can go wrong
    for (std::size_t b = 0; b < plan.blocks.size(); ++b)
        schedule_.push_back({steps_[b].get(), dependencies_.after()[b], {plan.blocks[b].name, "strips"}});
}

nodes::PartialSum Program::sum(const std::vector<int>& streams) const {
    std::vector<const nodes::Stream*> partials;
    for (const int s : streams) partials.push_back(stream(s));
    return nodes::PartialSum(std::move(partials));
}

std::size_t Program::add(std::unique_ptr<nodes::Step> step, const std::vector<int>& streams,
                         const std::vector<std::size_t>& more, nodes::TaskLabel label) {
    const std::size_t index = dependencies_.add(streams, more);
    schedule_.push_back({step.get(), dependencies_.after()[index], std::move(label)});
    steps_.push_back(std::move(step));
    return index;
}

}  // namespace dubplate::graph
