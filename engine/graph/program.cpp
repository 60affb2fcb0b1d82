#include "engine/graph/program.h"

#include <algorithm>
#include <limits>
#include <map>
#include <new>
#include <numeric>

#include "engine/graph/offload.h"

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
    for (const PlanSum& sum : plan.sums) newest[at(sum.stream)] = sum.lead;
    std::vector<FrameCount> frames;
    for (std::size_t s = 0; s < plan.streams.size(); ++s) {
        if (plan.streams[s].on_device) {
            frames.push_back(0);
            continue;
        }
        const FrameCount span = oldest[s] == std::numeric_limits<FrameCount>::max() ? 0 : newest[s] - oldest[s];
        frames.push_back(settings.chunk_frames * settings.in_flight + span + kControlFrames);
    }
    return frames;
}

Result<std::unique_ptr<Program>> Program::create(const Source& source, const ProgramSettings& settings) {
    std::unique_ptr<Program> program(new Program(source, settings));
    if (auto ok = program->build(); !ok) return fail(ok.error());
    return program;
}

Program::Program(const Source& source, const ProgramSettings& settings)
    : source_(source),
      plan_(source.plan),
      sum_of_(sums_of_streams(source.plan)),
      settings_(settings),
      dependencies_(source.plan.streams.size()) {
    const std::vector<FrameCount> frames = stream_frames(plan_, settings);
    std::size_t samples = 0;
    for (std::size_t s = 0; s < frames.size(); ++s)
        if (frames[s] > 0) samples += nodes::Stream::samples_of(plan_.streams[s].channels, frames[s]);
    memory_.resize(samples);
    const auto stores =
        samples * sizeof(float) > kCachedBytes ? kernels::Stores::past_caches : kernels::Stores::into_caches;
    float* memory = memory_.data();
    for (std::size_t s = 0; s < frames.size(); ++s) {
        streams_.emplace_back();
        if (frames[s] == 0) continue;
        streams_.back() = std::make_unique<nodes::Stream>(plan_.streams[s].channels, frames[s], memory, stores);
        memory += nodes::Stream::samples_of(plan_.streams[s].channels, frames[s]);
    }
}

Result<void> Program::build() {
    build_blocks();
    // By rank, so that a region comes after all that any of its blocks reads.
    std::map<int, std::vector<std::size_t>> region_blocks;
    const std::vector<int> ranks = ranks_of(plan_);
    for (std::size_t b = 0; b < plan_.blocks.size(); ++b)
        if (plan_.blocks[b].on_device) region_blocks[ranks[b]].push_back(b);
    std::vector<std::size_t> order(plan_.blocks.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!region_blocks.empty())
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
    for (const std::size_t b : order) {
        const PlanStep& step = plan_.steps[b];
        if (!plan_.blocks[b].on_device)
            schedule(*steps_[b], streams_of(step.reads), {}, streams_of(step.writes), {plan_.blocks[b].name, "strips"});
        else if (const auto& blocks = region_blocks.at(ranks[b]); blocks.front() == b)
            if (auto ok = schedule_region(blocks); !ok) return ok;
    }
    return {};
}

std::vector<nodes::BlockStrip> Program::strips_of(const PlanBlock& block) const {
    std::vector<nodes::BlockStrip> strips;
    for (const PlanStrip& planned : block.strips) {
        const session::Strip& source = source_.session.strips[at(planned.strip)];
        nodes::BlockStrip strip;
        strip.name = source.name;
        strip.setup = &source_.setups[at(planned.strip)];
        strip.channels = source.layout.channels;
        strip.first = planned.first;
        strip.last = planned.last;
        strip.invert = planned.invert;
        strip.clips = planned.from_clips ? source_.clip_tracks[at(planned.strip)].get() : nullptr;
        strip.input = sum(planned.input);
        strip.entry_tap = stream(planned.entry_tap);
        for (const PlanInsertStreams& streams : planned.inserts)
            strip.streams.push_back({stream(streams.key), streams.key_layout, source.layout, stream(streams.gain_out),
                                     stream(streams.gain_in), stream(streams.tap_out)});
        strips.push_back(std::move(strip));
    }
    return strips;
}

std::vector<nodes::BlockOutput> Program::outputs_of(const PlanBlock& block) const {
    std::vector<nodes::BlockOutput> outputs;
    for (const PlanOutput& planned : block.outputs) {
        nodes::BlockOutput output{stream(planned.stream), {}};
        for (const PlanSource& source : planned.sources) {
            const PlanStrip& planned_strip = block.strips[source.strip];
            const session::Strip& strip = source_.session.strips[at(planned_strip.strip)];
            const nodes::StripSetup& setup = source_.setups[at(planned_strip.strip)];
            output.sources.push_back(
                {source.strip, nodes::OutputGain(source_.session, strip, setup, source.send, planned.layout,
                                                 setup.channels_at(planned_strip.last, strip.layout.channels))});
        }
        outputs.push_back(std::move(output));
    }
    return outputs;
}

/// The spectra of responses take their time, and the memory of states is first touched here.
void Program::build_blocks() {
    steps_.resize(plan_.blocks.size());
    std::vector<Job> jobs;
    for (std::size_t b = 0; b < plan_.blocks.size(); ++b) {
        if (plan_.blocks[b].on_device) continue;
        jobs.emplace_back(
            [this, b](const std::stop_token&) -> Result<void> {
                const PlanBlock& block = plan_.blocks[b];
                steps_[b] = std::make_unique<nodes::StripBlock>(strips_of(block), outputs_of(block),
                                                                source_.session.sample_rate, plan_.steps[b].lead,
                                                                settings_.run_start);
                return {};
            },
            nodes::TaskLabel{plan_.blocks[b].name, "set up strips"});
    }
    // Nothing else can go wrong.
    if (!run_all(std::move(jobs), source_.executor, {}, source_.profile)) throw std::bad_alloc();
}

/// Each block gathers what it reads; up, compute and down are the region's; each block and sum spreads what it writes.
Result<void> Program::schedule_region(const std::vector<std::size_t>& blocks) {
    std::vector<regions::RegionBlock> made;
    std::map<int, regions::RegionSum::Partial> place_of;  // of partials
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        const PlanBlock& block = plan_.blocks[blocks[k]];
        regions::RegionBlock& region_block = made.emplace_back();
        region_block.strips = strips_of(block);
        region_block.lead = plan_.steps[blocks[k]].lead;
        for (nodes::BlockOutput& output : outputs_of(block)) {
            const int stream_index = block.outputs[region_block.outputs.size()].stream;
            place_of[stream_index] = {k, region_block.outputs.size()};
            region_block.outputs.push_back({output.stream, plan_.streams[at(stream_index)].channels,
                                            std::move(output.sources),
                                            block.outputs[region_block.outputs.size()].is_stem_tap});
        }
    }
    std::vector<const PlanSum*> planned_sums;
    std::vector<regions::RegionSum> sums;
    for (const PlanSum& planned : plan_.sums) {
        if (!place_of.contains(planned.partials.front())) continue;
        planned_sums.push_back(&planned);
        regions::RegionSum& made_sum = sums.emplace_back();
        made_sum.stream = stream(planned.stream);
        made_sum.lead = planned.lead;
        for (const int partial : planned.partials) made_sum.partials.push_back(place_of.at(partial));
    }
    regions::RegionSettings settings;
    settings.sample_rate = source_.session.sample_rate;
    settings.chunk_frames = settings_.chunk_frames;
    settings.run_start = settings_.run_start;
    settings.in_flight = settings_.in_flight;
    settings.residents = source_.residents;
    settings.wave_numbers = settings_.wave_numbers;
    settings.for_each = [this](std::size_t count, const std::function<void(std::size_t)>& function) {
        std::vector<Job> jobs;
        for (std::size_t k = 0; k < count; ++k)
            jobs.emplace_back(
                [&function, k](const std::stop_token&) -> Result<void> {
                    function(k);
                    return {};
                },
                nodes::TaskLabel{"responses", "set up strips"});
        if (!run_all(std::move(jobs), source_.executor, {}, source_.profile)) throw std::bad_alloc();
    };
    auto region = regions::Region::create(*source_.device, std::move(made), sums, settings);
    if (!region) return fail(region.error());
    regions::Region& whole = **region;
    regions_.push_back(std::move(*region));
    const std::string device = "device " + std::to_string(regions_.size());
    std::vector<std::size_t> gathered;
    for (std::size_t k = 0; k < blocks.size(); ++k)
        gathered.push_back(schedule(whole.gather(k), streams_of(plan_.steps[blocks[k]].reads), {}, {},
                                    {plan_.blocks[blocks[k]].name, "gather for the device"}));
    const std::size_t up = schedule(whole.up(), {}, gathered, {}, {device, "copy up"});
    const std::size_t compute = schedule(whole.compute(), {}, {up}, {}, {device, "compute on the device"});
    const std::size_t down = schedule(whole.down(), {}, {compute}, {}, {device, "copy down"});
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        std::vector<int> written = streams_of(plan_.steps[blocks[k]].writes);
        std::erase_if(written, [&](int index) { return plan_.streams[at(index)].on_device; });
        if (!written.empty())
            schedule(whole.spread(k), {}, {down}, written, {plan_.blocks[blocks[k]].name, "spread from the device"});
    }
    for (std::size_t k = 0; k < sums.size(); ++k)
        schedule(whole.spread_sum(k), {}, {down}, {planned_sums[k]->stream},
                 {planned_sums[k]->name, "spread from the device"});
    return {};
}

std::size_t Program::schedule(nodes::Step& step, const std::vector<int>& reads, const std::vector<std::size_t>& more,
                              const std::vector<int>& writes, nodes::TaskLabel label) {
    const std::size_t index = dependencies_.add(reads, more, writes);
    schedule_.push_back({&step, dependencies_.after()[index], std::move(label)});
    return index;
}

nodes::PartialSum Program::sum(const std::vector<int>& streams) const {
    std::vector<const nodes::Stream*> partials;
    std::vector<std::size_t> leaves;
    for (const int s : streams) {
        partials.push_back(stream(s));
        leaves.push_back(sum_of_[at(s)] ? sum_of_[at(s)]->partials.size() : 1);
    }
    return nodes::PartialSum(std::move(partials), leaves);
}

std::size_t Program::add(std::unique_ptr<nodes::Step> step, const std::vector<int>& streams,
                         const std::vector<std::size_t>& more, nodes::TaskLabel label) {
    steps_.push_back(std::move(step));
    return schedule(*steps_.back(), streams, more, {}, std::move(label));
}

}  // namespace dubplate::graph
